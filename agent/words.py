"""What the agent says to the person at the PC, in the languages of the notice."""

from __future__ import annotations

from policy.notice import LANGUAGES

_WORDS: dict[str, dict[str, str]] = {
    "recording": {"en": "Recording", "hi": "रिकॉर्ड हो रहा है", "bn": "রেকর্ড হচ্ছে"},
    "paused": {"en": "Paused", "hi": "रुका हुआ", "bn": "বিরতি"},
    "outside_hours": {
        "en": "Off hours: nothing is recorded",
        "hi": "काम के घंटे नहीं: कुछ रिकॉर्ड नहीं होता",
        "bn": "কাজের সময় নয়: কিছুই রেকর্ড হয় না",
    },
    "offline": {"en": "Recording; the server is away", "hi": "रिकॉर्ड हो रहा है; सर्वर उपलब्ध नहीं", "bn": "রেকর্ড হচ্ছে; সার্ভার নেই"},
    "awaiting_notice": {
        "en": "No notice answered: nothing is recorded",
        "hi": "सूचना का उत्तर नहीं: कुछ रिकॉर्ड नहीं होता",
        "bn": "নোটিশের উত্তর নেই: কিছুই রেকর্ড হয় না",
    },
    "withdrawn": {"en": "Withdrawn: nothing is recorded", "hi": "वापस लिया गया: कुछ रिकॉर्ड नहीं होता", "bn": "প্রত্যাহৃত: কিছুই রেকর্ড হয় না"},
    "unseen": {
        "en": "The symbol is not shown yet: nothing is recorded",
        "hi": "चिह्न अभी दिखाई नहीं देता: कुछ रिकॉर्ड नहीं होता",
        "bn": "প্রতীকটি এখনও দেখা যাচ্ছে না: কিছুই রেকর্ড হয় না",
    },
    "not_enrolled": {"en": "Not set up", "hi": "सेट नहीं किया गया", "bn": "সেট আপ করা হয়নি"},
    "stopped": {"en": "Stopped", "hi": "बंद", "bn": "বন্ধ"},
    "revoked": {"en": "The server no longer takes data", "hi": "सर्वर अब डेटा नहीं लेता", "bn": "সার্ভার আর ডেটা নেয় না"},
    "sent_lately": {"en": "Sent in the last minutes…", "hi": "पिछले मिनटों में भेजा गया…", "bn": "গত কয়েক মিনিটে পাঠানো হয়েছে…"},
    "pause": {"en": "Pause", "hi": "रोकें", "bn": "বিরতি দিন"},
    "resume": {"en": "Resume", "hi": "फिर शुरू करें", "bn": "আবার শুরু করুন"},
    "notice": {"en": "What is recorded, and my answer…", "hi": "क्या रिकॉर्ड होता है, और मेरा उत्तर…", "bn": "কী রেকর্ড হয়, এবং আমার উত্তর…"},
    "my_page": {"en": "My page…", "hi": "मेरा पृष्ठ…", "bn": "আমার পাতা…"},
    "who_looked": {"en": "Who looked at me…", "hi": "मुझे किसने देखा…", "bn": "কে আমাকে দেখেছে…"},
    "language": {"en": "Language", "hi": "भाषा", "bn": "ভাষা"},
    "announcement": {
        "en": "WorkPulse is about to take a picture of this screen for your office.",
        "hi": "WorkPulse आपके कार्यालय के लिए इस स्क्रीन की तस्वीर लेने वाला है।",
        "bn": "WorkPulse আপনার অফিসের জন্য এই পর্দার ছবি তুলতে যাচ্ছে।",
    },
    "clip": {
        "en": "WorkPulse records this screen for {seconds} s: {reason}",
        "hi": "WorkPulse {seconds} सेकंड तक यह स्क्रीन रिकॉर्ड करता है: {reason}",
        "bn": "WorkPulse {seconds} সেকেন্ড এই পর্দা রেকর্ড করছে: {reason}",
    },
    "acknowledge": {
        "en": "I have read it; recording may begin",
        "hi": "मैंने पढ़ लिया; रिकॉर्डिंग शुरू हो सकती है",
        "bn": "আমি পড়েছি; রেকর্ডিং শুরু হতে পারে",
    },
    "consent": {
        "en": "I have read it, and I agree to what is asked of me beyond that",
        "hi": "मैंने पढ़ लिया, और इसके अलावा जो पूछा गया है उससे भी सहमत हूँ",
        "bn": "আমি পড়েছি, এবং এর বাইরে যা চাওয়া হয়েছে তাতেও সম্মত",
    },
    "withdraw": {
        "en": "I withdraw: record nothing, and delete what was not sent",
        "hi": "मैं वापस लेता हूँ: कुछ रिकॉर्ड न करें, और जो भेजा नहीं गया उसे मिटाएँ",
        "bn": "আমি প্রত্যাহার করছি: কিছু রেকর্ড করবেন না, এবং যা পাঠানো হয়নি তা মুছুন",
    },
    "later": {
        "en": "Close this page to answer later; until then nothing is recorded.",
        "hi": "बाद में उत्तर देने के लिए यह पृष्ठ बंद करें; तब तक कुछ रिकॉर्ड नहीं होता।",
        "bn": "পরে উত্তর দিতে এই পাতা বন্ধ করুন; ততক্ষণ কিছুই রেকর্ড হয় না।",
    },
    "too_new": {
        "en": "This program cannot show the version your office asks for; it must be updated. Nothing is recorded.",
        "hi": "यह प्रोग्राम आपके कार्यालय का संस्करण नहीं दिखा सकता; इसे अपडेट करना होगा। कुछ रिकॉर्ड नहीं होता।",
        "bn": "এই প্রোগ্রাম আপনার অফিসের সংস্করণ দেখাতে পারে না; এটি হালনাগাদ করতে হবে। কিছুই রেকর্ড হয় না।",
    },
    "set_up": {"en": "Set up this PC", "hi": "यह पीसी सेट करें", "bn": "এই পিসি সেট আপ করুন"},
    "server": {"en": "Server address", "hi": "सर्वर का पता", "bn": "সার্ভারের ঠিকানা"},
    "code": {"en": "Enrolment code", "hi": "नामांकन कोड", "bn": "নথিভুক্তি কোড"},
    "connect": {"en": "Connect", "hi": "जोड़ें", "bn": "সংযোগ করুন"},
    "nothing_sent": {
        "en": "Nothing was sent since the agent started.",
        "hi": "एजेंट शुरू होने के बाद कुछ नहीं भेजा गया।",
        "bn": "এজেন্ট শুরু হওয়ার পর কিছুই পাঠানো হয়নি।",
    },
    "sent_exactly": {
        "en": "Exactly what was sent last, as it was sent:",
        "hi": "ठीक वही जो पिछली बार भेजा गया:",
        "bn": "শেষবার ঠিক যা পাঠানো হয়েছে:",
    },
    "waiting": {"en": "waiting to be sent", "hi": "भेजे जाने की प्रतीक्षा में", "bn": "পাঠানোর অপেক্ষায়"},
    "saved": {"en": "Noted.", "hi": "दर्ज किया गया।", "bn": "নথিভুক্ত হয়েছে।"},
}


def say(what: str, language: str) -> str:
    """Return a sentence in `language`, in English where nobody translated it."""
    known = _WORDS[what]
    return known.get(language, known["en"])


def untranslated() -> list[tuple[str, str]]:
    """Return every (sentence, language) that is missing."""
    return [(what, language) for what, known in _WORDS.items() for language in LANGUAGES if language not in known]
