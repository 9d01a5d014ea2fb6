"""What a person's own page says, in the languages of the notice; names of figures are those of the reports."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "title": {"en": "My page", "hi": "मेरा पृष्ठ", "bn": "আমার পাতা"},
    "same": {
        "en": "These are exactly the figures your manager sees.",
        "hi": "ये ठीक वही आँकड़े हैं जो आपके प्रबंधक देखते हैं।",
        "bn": "এগুলি ঠিক সেই সংখ্যা যা আপনার ব্যবস্থাপক দেখেন।",
    },
    "today": {"en": "My day", "hi": "मेरा दिन", "bn": "আমার দিন"},
    "week": {"en": "My week", "hi": "मेरा सप्ताह", "bn": "আমার সপ্তাহ"},
    "day": {"en": "Day", "hi": "दिन", "bn": "দিন"},
    "show": {"en": "Show", "hi": "दिखाएँ", "bn": "দেখান"},
    "apps": {"en": "Programs", "hi": "प्रोग्राम", "bn": "প্রোগ্রাম"},
    "found": {"en": "Days found unusual", "hi": "असामान्य पाए गए दिन", "bn": "অস্বাভাবিক পাওয়া দিন"},
    "nothing": {"en": "Nothing.", "hi": "कुछ नहीं।", "bn": "কিছু নেই।"},
    "looks": {"en": "Who looked at me, when and why", "hi": "मुझे किसने, कब और क्यों देखा", "bn": "কে, কখন এবং কেন আমাকে দেখেছে"},
    "who": {"en": "Who", "hi": "कौन", "bn": "কে"},
    "when": {"en": "When", "hi": "कब", "bn": "কখন"},
    "what": {"en": "What", "hi": "क्या", "bn": "কী"},
    "why": {"en": "Why", "hi": "क्यों", "bn": "কেন"},
    "older": {"en": "Older looks not listed here", "hi": "पुरानी बार जो यहाँ नहीं हैं", "bn": "পুরোনো, এখানে তালিকায় নেই"},
    "notice": {"en": "What is recorded, and what never is", "hi": "क्या रिकॉर्ड होता है, और क्या कभी नहीं", "bn": "কী রেকর্ড হয়, আর কী কখনও নয়"},
    "answers": {"en": "My answers to the notice", "hi": "सूचना पर मेरे उत्तर", "bn": "নোটিশে আমার উত্তর"},
    "version": {"en": "Version", "hi": "संस्करण", "bn": "সংস্করণ"},
    "acknowledged": {"en": "read", "hi": "पढ़ लिया", "bn": "পড়েছি"},
    "consented": {"en": "agreed", "hi": "सहमति दी", "bn": "সম্মতি দিয়েছি"},
    "withdrawn": {"en": "withdrawn", "hi": "वापस लिया", "bn": "প্রত্যাহার"},
    "ask": {"en": "Contest or ask", "hi": "आपत्ति करें या माँगें", "bn": "আপত্তি করুন বা চান"},
    "requests": {"en": "What I asked for", "hi": "मैंने क्या माँगा", "bn": "আমি যা চেয়েছি"},
    "contest": {"en": "This stretch is wrong", "hi": "यह समय गलत है", "bn": "এই সময়টুকু ভুল"},
    "contest_told": {
        "en": "Say what you did. Your words stand beside the record; your manager decides, and both versions are kept.",
        "hi": "बताइए आपने क्या किया। आपके शब्द रिकॉर्ड के साथ रहते हैं; प्रबंधक निर्णय लेते हैं, और दोनों रूप रखे जाते हैं।",
        "bn": "আপনি কী করেছিলেন বলুন। আপনার কথা রেকর্ডের পাশে থাকে; ব্যবস্থাপক সিদ্ধান্ত নেন, এবং দুটি রূপই রাখা হয়।",
    },
    "correction": {"en": "Correct something about me", "hi": "मेरे बारे में कुछ सुधारें", "bn": "আমার সম্পর্কে কিছু সংশোধন করুন"},
    "take_copy": {"en": "Take a copy of everything about me", "hi": "मेरे बारे में सब कुछ की प्रति लें", "bn": "আমার সম্পর্কে সবকিছুর প্রতিলিপি নিন"},
    "copy": {"en": "Give me a copy", "hi": "मुझे एक प्रति दें", "bn": "আমাকে একটি প্রতিলিপি দিন"},
    "copy_now": {"en": "Take a copy of everything now", "hi": "अभी सब कुछ की एक प्रति लें", "bn": "এখনই সব কিছুর একটি প্রতিলিপি নিন"},
    "erasure": {"en": "Erase what is kept of me", "hi": "मेरे बारे में रखा हुआ मिटाएँ", "bn": "আমার সম্পর্কে যা রাখা আছে মুছুন"},
    "grievance": {
        "en": "Complain (the owner reads it, not my manager)",
        "hi": "शिकायत (इसे मालिक पढ़ते हैं, प्रबंधक नहीं)",
        "bn": "অভিযোগ (এটি মালিক পড়েন, ব্যবস্থাপক নন)",
    },
    "other": {"en": "Something else", "hi": "कुछ और", "bn": "অন্য কিছু"},
    "from": {"en": "From", "hi": "से", "bn": "থেকে"},
    "to": {"en": "To", "hi": "तक", "bn": "পর্যন্ত"},
    "text": {"en": "In your words", "hi": "अपने शब्दों में", "bn": "আপনার কথায়"},
    "send": {"en": "Send", "hi": "भेजें", "bn": "পাঠান"},
    "due": {"en": "answer due", "hi": "उत्तर की तिथि", "bn": "উত্তরের তারিখ"},
    "open": {"en": "waiting", "hi": "प्रतीक्षा में", "bn": "অপেক্ষায়"},
    "accepted": {"en": "accepted", "hi": "स्वीकार", "bn": "গৃহীত"},
    "declined": {"en": "declined", "hi": "अस्वीकार", "bn": "প্রত্যাখ্যাত"},
    "recorded": {"en": "The record said of that day", "hi": "उस दिन रिकॉर्ड में था", "bn": "সেই দিনের রেকর্ডে ছিল"},
    "withdraw": {"en": "Withdraw", "hi": "वापस लें", "bn": "প্রত্যাহার করুন"},
    "withdraw_told": {
        "en": "The server takes nothing more of you from that moment. Withdraw at the symbol on your PC as well: "
        "that also deletes what was not yet sent.",
        "hi": "उसी क्षण से सर्वर आपका कुछ और नहीं लेता। अपने पीसी के चिह्न पर भी वापस लें: उससे वह भी मिटता है जो भेजा नहीं गया।",
        "bn": "সেই মুহূর্ত থেকে সার্ভার আপনার আর কিছু নেয় না। পিসির প্রতীকেও প্রত্যাহার করুন: তাতে যা পাঠানো হয়নি তাও মুছে যায়।",
    },
    "withdraw_one": {
        "en": "Withdraw for one purpose only",
        "hi": "केवल एक उद्देश्य के लिए वापस लें",
        "bn": "শুধু একটি উদ্দেশ্যের জন্য প্রত্যাহার",
    },
    "withdraw_this": {"en": "Withdraw from this", "hi": "इससे वापस लें", "bn": "এটি থেকে প্রত্যাহার"},
    "agree_this": {"en": "Agree to this", "hi": "इससे सहमति दें", "bn": "এতে সম্মতি দিন"},
    "withdraw_all": {"en": "Withdraw from everything", "hi": "सब कुछ वापस लें", "bn": "সব প্রত্যাহার করুন"},
    "everything": {"en": "Everything", "hi": "सब कुछ", "bn": "সব কিছু"},
    "purposes": {"en": "What it is for, and your answer", "hi": "यह किसलिए है, और आपका उत्तर", "bn": "কীসের জন্য, এবং আপনার উত্তর"},
    "purposes_told": {
        "en": "Having read the notice is one thing, agreeing to a purpose another. What you withdraw ends at once: "
        "the server takes nothing more of it, and your PC stops within about a minute.",
        "hi": "सूचना पढ़ना एक बात है, किसी उद्देश्य से सहमत होना दूसरी। जिसे आप वापस लेते हैं वह तुरंत समाप्त होता है: "
        "सर्वर उसका कुछ और नहीं लेता, और आपका पीसी लगभग एक मिनट में रुक जाता है।",
        "bn": "নোটিশ পড়া এক কথা, কোনো উদ্দেশ্যে সম্মতি দেওয়া আরেক। যা প্রত্যাহার করেন তা তখনই শেষ: "
        "সার্ভার তার আর কিছু নেয় না, এবং আপনার পিসি প্রায় এক মিনিটে থেমে যায়।",
    },
    "basis": {"en": "Rests on", "hi": "आधार", "bn": "ভিত্তি"},
    "answered": {"en": "answered", "hi": "उत्तर दिया", "bn": "উত্তর দিয়েছেন"},
    "is_served": {"en": "recorded", "hi": "रिकॉर्ड होता है", "bn": "রেকর্ড হয়"},
    "is_withheld": {"en": "not recorded", "hi": "रिकॉर्ड नहीं होता", "bn": "রেকর্ড হয় না"},
    "is_off": {"en": "off in your office", "hi": "आपके कार्यालय में बंद", "bn": "আপনার অফিসে বন্ধ"},
    "closed": {"en": "This page is not open", "hi": "यह पृष्ठ खुला नहीं है", "bn": "এই পাতা খোলা নেই"},
    "expired": {
        "en": "The link was used already or is too old, or you have been away for long. Nothing is wrong; nothing was lost.",
        "hi": "लिंक पहले इस्तेमाल हो चुका है या पुराना है, या आप देर तक नहीं थे। कुछ गलत नहीं है; कुछ खोया नहीं।",
        "bn": "লিঙ্কটি আগেই ব্যবহার হয়েছে বা পুরোনো, অথবা আপনি অনেকক্ষণ ছিলেন না। কিছু ভুল হয়নি; কিছু হারায়নি।",
    },
    "foreign": {
        "en": "This form is not from your page as it is now, so nothing was done.",
        "hi": "यह फ़ॉर्म आपके अभी के पृष्ठ का नहीं है, इसलिए कुछ नहीं किया गया।",
        "bn": "এই ফর্মটি আপনার এখনকার পাতার নয়, তাই কিছু করা হয়নি।",
    },
    "what_now": {"en": "What to do", "hi": "क्या करें", "bn": "কী করবেন"},
    "step_symbol": {
        "en": "Find the WorkPulse symbol at the edge of your PC's screen.",
        "hi": "अपने पीसी की स्क्रीन के किनारे WorkPulse का चिह्न खोजें।",
        "bn": "আপনার পিসির পর্দার ধারে WorkPulse-এর প্রতীকটি খুঁজুন।",
    },
    "step_open": {
        "en": "Choose your page in its menu: it opens with a fresh link.",
        "hi": "उसके मेनू में अपना पृष्ठ चुनें: वह नए लिंक से खुलता है।",
        "bn": "তার মেনুতে আপনার পাতা বেছে নিন: নতুন লিঙ্কে খুলবে।",
    },
    "step_else": {
        "en": "If there is no symbol, or it does not open, speak to your office's IT.",
        "hi": "यदि चिह्न नहीं है, या वह नहीं खुलता, तो अपने कार्यालय के आईटी से बात करें।",
        "bn": "প্রতীক না থাকলে, বা না খুললে, আপনার অফিসের আইটি-কে বলুন।",
    },
    "back": {"en": "Back", "hi": "वापस", "bn": "ফিরে যান"},
    "leave": {"en": "Leave this page", "hi": "यह पृष्ठ छोड़ें", "bn": "এই পাতা ছাড়ুন"},
    "left": {
        "en": "You have left. Open the page again from the symbol on your PC.",
        "hi": "आपने पृष्ठ छोड़ दिया। इसे अपने पीसी के चिह्न से फिर खोलें।",
        "bn": "আপনি পাতাটি ছেড়েছেন। পিসির প্রতীক থেকে আবার খুলুন।",
    },
    "refresh": {"en": "Refreshes every 30 seconds.", "hi": "हर 30 सेकंड में ताज़ा होता है।", "bn": "প্রতি ৩০ সেকেন্ডে নতুন হয়।"},
}


def words_in(language: str) -> dict[str, str]:
    """Return every word in a language."""
    return {name: said[language] for name, said in WORDS.items()}
