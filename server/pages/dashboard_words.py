"""What the browser dashboard says, in the languages of the notice."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "title": {"en": "Dashboard", "hi": "डैशबोर्ड", "bn": "ড্যাশবোর্ড"},
    "sign_in": {"en": "Sign in", "hi": "साइन इन करें", "bn": "সাইন ইন করুন"},
    "user": {"en": "Name", "hi": "नाम", "bn": "নাম"},
    "password": {"en": "Password", "hi": "पासवर्ड", "bn": "পাসওয়ার্ড"},
    "same_users": {
        "en": "The same name and password as in the WorkPulse window.",
        "hi": "वही नाम और पासवर्ड जो WorkPulse की विंडो में है।",
        "bn": "WorkPulse-এর জানালায় যে নাম ও পাসওয়ার্ড, সেটিই।",
    },
    "wrong": {"en": "The name or the password is not right.", "hi": "नाम या पासवर्ड सही नहीं है।", "bn": "নাম বা পাসওয়ার্ড ঠিক নয়।"},
    "often": {"en": "Too many tries; wait a minute.", "hi": "बहुत अधिक प्रयास; एक मिनट रुकें।", "bn": "অনেকবার চেষ্টা হয়েছে; এক মিনিট অপেক্ষা করুন।"},
    "elsewhere": {
        "en": "This form came from elsewhere, so nothing was done. Try again here.",
        "hi": "यह फ़ॉर्म कहीं और से आया, इसलिए कुछ नहीं किया गया। यहाँ फिर प्रयास करें।",
        "bn": "ফর্মটি অন্য জায়গা থেকে এসেছে, তাই কিছু করা হয়নি। এখানে আবার চেষ্টা করুন।",
    },
    "not_yours": {
        "en": "There is nothing here for you to see.",
        "hi": "यहाँ आपके देखने के लिए कुछ नहीं है।",
        "bn": "এখানে আপনার দেখার মতো কিছু নেই।",
    },
    "sign_out": {"en": "Sign out", "hi": "साइन आउट", "bn": "সাইন আউট"},
    "day": {"en": "Day", "hi": "दिन", "bn": "দিন"},
    "week": {"en": "Week", "hi": "सप्ताह", "bn": "সপ্তাহ"},
    "month": {"en": "Month", "hi": "महीना", "bn": "মাস"},
    "team": {"en": "Team", "hi": "टीम", "bn": "দল"},
    "all_teams": {"en": "all", "hi": "सभी", "bn": "সব"},
    "show": {"en": "Show", "hi": "दिखाएँ", "bn": "দেখান"},
    "person": {"en": "Person", "hi": "व्यक्ति", "bn": "ব্যক্তি"},
    "worked": {"en": "Working time", "hi": "काम का समय", "bn": "কাজের সময়"},
    "real": {"en": "Real work hours", "hi": "वास्तविक कार्य घंटे", "bn": "প্রকৃত কর্মঘণ্টা"},
    "real_told": {
        "en": "A real work hour is 40 unbroken minutes; pauses under 10 minutes do not break them, so the two are not the same time. "
        "“No input seen” is never called “not working”.",
        "hi": "एक वास्तविक कार्य घंटा लगातार 40 मिनट है; 10 मिनट से छोटे विराम इसे नहीं तोड़ते, इसलिए दोनों एक ही समय नहीं हैं। "
        "“कोई इनपुट नहीं दिखा” को कभी “काम नहीं किया” नहीं कहा जाता।",
        "bn": "একটি প্রকৃত কর্মঘণ্টা হল টানা ৪০ মিনিট; ১০ মিনিটের কম বিরতি তা ভাঙে না, তাই দুটি একই সময় নয়। "
        "“ইনপুট দেখা যায়নি”-কে কখনও “কাজ করেননি” বলা হয় না।",
    },
    "by_day": {"en": "Working time by day", "hi": "दिन के अनुसार काम का समय", "bn": "দিন অনুযায়ী কাজের সময়"},
    "unbroken": {
        "en": "Real work hours, 40 minutes each",
        "hi": "वास्तविक कार्य घंटे, हर एक 40 मिनट",
        "bn": "প্রকৃত কর্মঘণ্টা, প্রতিটি ৪০ মিনিট",
    },
    "together": {"en": "Together", "hi": "कुल मिलाकर", "bn": "মোট"},
    "everybody": {"en": "Everybody", "hi": "सब लोग", "bn": "সবাই"},
    "people": {"en": "People", "hi": "लोग", "bn": "লোকজন"},
    "nobody": {"en": "Nobody is recorded here yet.", "hi": "यहाँ अभी किसी का रिकॉर्ड नहीं है।", "bn": "এখানে এখনও কারও রেকর্ড নেই।"},
    "leaderboard": {"en": "Leaderboard", "hi": "क्रमसूची", "bn": "ক্রমতালিকা"},
    "place": {"en": "Place", "hi": "स्थान", "bn": "স্থান"},
    "productive": {"en": "Productive", "hi": "उत्पादक", "bn": "উৎপাদনশীল"},
    "unproductive": {"en": "Unproductive", "hi": "अनुत्पादक", "bn": "অনুৎপাদনশীল"},
    "board_told": {
        "en": "Shares of working time by your office's rules for programs and sites. They say nothing about how well somebody works. "
        "Who has too little on record has no place.",
        "hi": "आपके कार्यालय के प्रोग्राम और साइट नियमों के अनुसार काम के समय के हिस्से। ये नहीं बताते कि कोई कितना अच्छा काम करता है। "
        "जिनका रिकॉर्ड बहुत कम है उनका कोई स्थान नहीं है।",
        "bn": "আপনার অফিসের প্রোগ্রাম ও সাইটের নিয়ম অনুযায়ী কাজের সময়ের অংশ। কেউ কতটা ভালো কাজ করেন তা এগুলি বলে না। যাঁর রেকর্ড খুব কম তাঁর কোনো স্থান নেই।",
    },
    "too_few": {
        "en": "So few people are not ranked.",
        "hi": "इतने कम लोगों की क्रमसूची नहीं बनती।",
        "bn": "এত কম লোকের ক্রম করা হয় না।",
    },
    "not_ranked": {
        "en": "By the agreement with the works council nobody is ranked.",
        "hi": "कर्मचारी परिषद के समझौते के अनुसार किसी की क्रमसूची नहीं बनती।",
        "bn": "কর্মী পরিষদের সঙ্গে চুক্তি অনুযায়ী কারও ক্রম করা হয় না।",
    },
    "refresh": {"en": "Refreshes every 60 seconds.", "hi": "हर 60 सेकंड में ताज़ा होता है।", "bn": "প্রতি ৬০ সেকেন্ডে নতুন হয়।"},
    "logged": {
        "en": "A look at one person is written down, and they can read it.",
        "hi": "एक व्यक्ति को देखना लिखा जाता है, और वे इसे पढ़ सकते हैं।",
        "bn": "একজনকে দেখা লিখে রাখা হয়, এবং তিনি তা পড়তে পারেন।",
    },
    "reason": {"en": "Say why you look", "hi": "बताइए आप क्यों देखते हैं", "bn": "কেন দেখছেন বলুন"},
    "reason_told": {
        "en": "These figures are of one person or of very few. Your reason is written down and they read it.",
        "hi": "ये आँकड़े एक या बहुत कम लोगों के हैं। आपका कारण लिखा जाता है और वे उसे पढ़ते हैं।",
        "bn": "এই সংখ্যাগুলি একজনের বা খুব কম লোকের। আপনার কারণ লিখে রাখা হয় এবং তাঁরা তা পড়েন।",
    },
    "go_on": {"en": "Go on", "hi": "आगे बढ़ें", "bn": "এগিয়ে যান"},
    "back": {"en": "Back", "hi": "वापस", "bn": "ফিরে যান"},
}


def words_in(language: str) -> dict[str, str]:
    """Return every word in a language."""
    return {name: said[language] for name, said in WORDS.items()}
