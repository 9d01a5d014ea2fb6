"""What employees are told before anything is collected, in each language, and which version of it this is."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

VERSION = "2026-11"
"""Raised with every change of what is recorded; an answer to an older version counts no more."""

PICTURES = "+pictures"
"""Ends the version of the notice that is shown where pictures of the screen are switched on."""
CLIPS = "+clips"
"""In the version of the notice that is shown where short recordings of the screen may be asked for."""

LANGUAGES = {"en": "English", "hi": "हिन्दी", "bn": "বাংলা"}
"""The languages there are, each under its own name."""


_PICTURES = {
    "en": "Your office has turned on pictures of the screen for your team. Each one is announced on your screen before it is taken.",
    "hi": "आपके कार्यालय ने आपकी टीम के लिए स्क्रीन की तस्वीरें चालू की हैं। हर तस्वीर लेने से पहले आपकी स्क्रीन पर बताया जाता है।",
    "bn": "আপনার অফিস আপনার দলের জন্য পর্দার ছবি চালু করেছে। প্রতিটি ছবি তোলার আগে আপনার পর্দায় জানানো হয়।",
}

_CLIPS = {
    "en": "Your office has allowed short recordings of the screen for your team: of at most a minute, for a reason that one person gave "
    "and another one approved. You see the request among the looks at you, and the reason stays on your screen as long as one is taken.",
    "hi": "आपके कार्यालय ने आपकी टीम के लिए स्क्रीन की छोटी रिकॉर्डिंग की अनुमति दी है: अधिकतम एक मिनट, ऐसे कारण से जो एक व्यक्ति ने बताया और दूसरे ने "
    "स्वीकार किया। अनुरोध आपको अपने बारे में देखे जाने की सूची में दिखता है, और रिकॉर्डिंग चलने तक कारण आपकी स्क्रीन पर रहता है।",
    "bn": "আপনার অফিস আপনার দলের জন্য পর্দার ছোট রেকর্ডিংয়ের অনুমতি দিয়েছে: বড়জোর এক মিনিট, এমন কারণে যা একজন জানিয়েছেন ও অন্যজন "
    "অনুমোদন করেছেন। অনুরোধটি আপনি আপনার সম্পর্কে দেখার তালিকায় পাবেন, আর রেকর্ডিং চলার সময় কারণটি আপনার পর্দায় থাকে।",
}


def version(*, pictures: bool, clips: bool = False) -> str:
    """Return the version of the notice for a team whose screens are captured, or recorded for a reason, or are not."""
    return VERSION + (CLIPS if clips else "") + (PICTURES if pictures or clips else "")


@lru_cache(maxsize=len(LANGUAGES))
def text(language: str) -> str:
    """Return the notice in `language` as Markdown; KeyError for a language there is none in."""
    if language not in LANGUAGES:
        raise KeyError(language)
    return (files(__name__) / f"notice.{language}.md").read_text("utf-8")


def text_of(language: str, shown: str) -> str | None:
    """Return the notice of version `shown` in `language`; None when this program does not have that version."""
    if shown not in (version(pictures=False), version(pictures=True), version(pictures=True, clips=True)):
        return None
    heading, _, rest = text(language).partition("\n")
    parts = [_PICTURES[language]] * shown.endswith(PICTURES) + [_CLIPS[language]] * (CLIPS in shown)
    told = "".join(f"**{part}**\n\n" for part in parts)
    return f"{heading}\n\n{told.rstrip()}\n{rest}" if parts else text(language)
