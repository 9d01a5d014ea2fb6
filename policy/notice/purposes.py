"""What each purpose is called and what is recorded for it, in the languages of the notice."""

from __future__ import annotations

from typing import NamedTuple

from policy.purposes import Basis, Purpose


class Text(NamedTuple):
    """A purpose in one language: its name, and what serves it."""

    name: str
    what: str


PURPOSES: dict[Purpose, dict[str, Text]] = {
    Purpose.ACTIVITY: {
        "en": Text("Working time", "which program is in front and how much input there is, never which keys"),
        "hi": Text("काम का समय", "कौन सा प्रोग्राम सामने है और कितना इनपुट है, कौन सी कुंजियाँ यह कभी नहीं"),
        "bn": Text("কাজের সময়", "কোন প্রোগ্রাম সামনে আছে এবং কতটা ইনপুট, কোন কী তা কখনও নয়"),
    },
    Purpose.SITES: {
        "en": Text("Sites and titles", "the names of sites, and words of window titles"),
        "hi": Text("साइटें और शीर्षक", "साइटों के नाम, और विंडो के शीर्षकों के शब्द"),
        "bn": Text("সাইট ও শিরোনাম", "সাইটের নাম, এবং উইন্ডোর শিরোনামের শব্দ"),
    },
    Purpose.NETWORK: {
        "en": Text("Network use", "how many bytes each program sends and receives, never the content"),
        "hi": Text("नेटवर्क का उपयोग", "हर प्रोग्राम कितने बाइट भेजता और पाता है, सामग्री कभी नहीं"),
        "bn": Text("নেটওয়ার্কের ব্যবহার", "প্রতিটি প্রোগ্রাম কত বাইট পাঠায় ও পায়, বিষয়বস্তু কখনও নয়"),
    },
    Purpose.FILES: {
        "en": Text("File audit", "what happens to files in the watched folders, never what is in them"),
        "hi": Text("फ़ाइलों का लेखा", "देखे जाने वाले फ़ोल्डरों की फ़ाइलों के साथ क्या होता है, उनमें क्या है यह कभी नहीं"),
        "bn": Text("ফাইলের হিসাব", "নজরে রাখা ফোল্ডারের ফাইলের কী হয়, তাতে কী আছে তা কখনও নয়"),
    },
    Purpose.SCREENSHOTS: {
        "en": Text("Pictures of the screen", "each one announced on your screen; only where your office has turned them on"),
        "hi": Text("स्क्रीन की तस्वीरें", "हर एक आपकी स्क्रीन पर बताकर; केवल जहाँ आपके कार्यालय ने इन्हें चालू किया है"),
        "bn": Text("পর্দার ছবি", "প্রতিটি আপনার পর্দায় জানিয়ে; শুধু যেখানে আপনার অফিস চালু করেছে"),
    },
    Purpose.WELLBEING: {
        "en": Text("Well-being", "working time is looked at to see who carries too much; nothing more is recorded for it"),
        "hi": Text("कुशलता", "काम का समय देखा जाता है कि किस पर बहुत अधिक भार है; इसके लिए और कुछ रिकॉर्ड नहीं होता"),
        "bn": Text("সুস্থতা", "কার উপর বেশি ভার তা বুঝতে কাজের সময় দেখা হয়; এর জন্য আর কিছু রেকর্ড হয় না"),
    },
}
BASES: dict[Basis, dict[str, str]] = {
    Basis.CONSENT: {"en": "your consent", "hi": "आपकी सहमति", "bn": "আপনার সম্মতি"},
    Basis.EMPLOYMENT: {"en": "your employment", "hi": "आपका रोज़गार", "bn": "আপনার চাকরি"},
    Basis.LEGAL_OBLIGATION: {"en": "a legal obligation", "hi": "कानूनी बाध्यता", "bn": "আইনি বাধ্যবাধকতা"},
}
