"""F06, N02: nothing in the agent's source could learn which key was pressed, or hear, see or paste anything."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from agent.spans import Input

AGENT = Path(__file__).resolve().parent.parent.parent / "agent"
MODULES = sorted(AGENT.rglob("*.py"))

KEY_IDENTITY = {
    *("char", "vk", "KeyCode", "keycode", "keysym", "VKey", "vkey", "vkCode", "scanCode", "MakeCode", "makecode", "scan_code"),
    *("_event_to_key", "keycode_to_keysym", "lookup_string", "XLookupString", "get_keyboard_mapping", "query_keymap"),
    *("GetAsyncKeyState", "GetKeyState", "GetKeyboardState", "GetKeyNameTextW", "ToUnicode", "ToUnicodeEx", "MapVirtualKeyW"),
    *("SetWindowsHookExW", "SetWindowsHookExA", "OpenClipboard", "GetClipboardData", "AddClipboardFormatListener", "on_press"),
    *("BitBlt", "ImageGrab", "get_image", "PrintWindow"),
}
DEVICES = {
    *("pyperclip", "clipboard", "win32clipboard", "tkinter", "pyaudio", "sounddevice", "soundcard", "wave", "winsound", "audioop"),
    *("cv2", "picamera", "imageio", "mss", "pyscreenshot", "speech_recognition", "keyboard", "pynput", "evdev", "PIL", "pygetwindow"),
}
CTYPES_ONLY_IN = "desktop/windows"
ALLOWED: dict[str, set[str]] = {
    "desktop/windows_hooks.py": {"pynput", "keyboard"},  # the fallback; below it is shown to look at nothing it is told
    "captures/child.py": {"ImageGrab", "PIL"},  # a process of its own that announces first; below it is shown who starts it
}


def names_in(source: str) -> set[str]:
    """Every name, attribute, argument, keyword and text constant of a module, texts that are documentation aside."""
    tree = ast.parse(source)
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.alias(name=name):
                found.add(name)
            case ast.keyword(arg=str(name)):
                found.add(name)
            case ast.Constant(value=str(text)) if id(node) not in documentation:
                found.add(text)
    return found


def imports_in(source: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def unread_fields(source: str) -> set[str]:
    return {node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute) and node.attr.startswith("_unread")}


@pytest.mark.feature("F06", "N02", "T04")
@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(AGENT)))
def test_no_module_could_read_which_key_or_any_sound_picture_or_clipboard(module: Path) -> None:
    source, name = module.read_text(), module.relative_to(AGENT).as_posix()
    assert names_in(source) & KEY_IDENTITY - ALLOWED.get(name, set()) == set()
    assert imports_in(source) & DEVICES - ALLOWED.get(name, set()) == set()
    assert unread_fields(source) == set()
    assert "ctypes" not in imports_in(source) or name.startswith(CTYPES_ONLY_IN)


@pytest.mark.feature("T01", "N11")
def test_a_picture_is_taken_only_within_an_announcement_and_only_in_a_process_of_its_own() -> None:
    tree = ast.parse((AGENT / "captures" / "child.py").read_text())
    grabs = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "grabbed"]
    (announced,) = (node for node in ast.walk(tree) if isinstance(node, ast.With))
    assert len(grabs) == 1
    assert ast.unparse(announced.items[0].context_expr) == "Announcement(text)"
    assert [ast.unparse(step) for step in announced.body] == ["announcement.stay(seconds)", "out.write(grabbed())"]
    importers = {path.name for path in MODULES if "take_picture" in names_in(path.read_text())}
    assert importers == {"cli.py"}, "only the hidden command of the short-lived process"


@pytest.mark.feature("T02", "N11")
def test_every_picture_of_a_clip_is_taken_while_its_announcement_stays() -> None:
    tree = ast.parse((AGENT / "captures" / "film.py").read_text())
    (announced,) = (node for node in ast.walk(tree) if isinstance(node, ast.With))
    assert ast.unparse(announced.items[0].context_expr) == "Announcement(text)"
    (every,) = (node for node in announced.body if isinstance(node, ast.For))
    steps = [ast.unparse(step) for step in every.body]
    assert steps[0].startswith("announcement.stay(") and steps[1] == "picture = grabbed()"
    assert sum(ast.unparse(node.func) == "grabbed" for node in ast.walk(tree) if isinstance(node, ast.Call)) == 1
    assert {path.name for path in MODULES if "grabbed" in names_in(path.read_text())} == {"child.py", "film.py"}
    assert {path.name for path in MODULES if "take_clip" in names_in(path.read_text())} == {"cli.py"}


@pytest.mark.feature("F06")
def test_the_hooks_of_the_fallback_throw_away_what_they_are_told() -> None:
    tree = ast.parse((AGENT / "desktop" / "windows_hooks.py").read_text())
    heard = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in ("released", "clicked", "scrolled")]
    assert len(heard) == 3
    for function in heard:
        told = {argument.arg for argument in (*function.args.args, *filter(None, [function.args.vararg]))}
        used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)} & told
        assert used <= {"went_down"}
        assert function.name == "clicked" or not function.args.args, "a key's or wheel's event is taken as nameless arguments"


@pytest.mark.skipif(sys.platform == "win32", reason="python-xlib is not installed on Windows")
@pytest.mark.feature("F06")
def test_on_linux_key_events_are_measured_and_not_read() -> None:
    from agent.desktop.linux import count_keys

    tree = ast.parse((AGENT / "desktop" / "linux.py").read_text())
    (counter,) = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "count_keys")
    uses = [node for node in ast.walk(counter) if isinstance(node, ast.Name) and node.id == "events"]
    assert [ast.unparse(node) for node in ast.walk(counter) if isinstance(node, ast.Call) and uses[0] in node.args] == ["len(events)"]
    assert len(uses) == 1
    assert count_keys(bytes(96)) == Input(keys=3)
    kinds = next(node.value for node in ast.walk(tree) if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "kinds")
    assert ast.unparse(kinds) == "((X.KeyRelease, count_keys), (X.ButtonPress, count_buttons))"


@pytest.mark.feature("F06")
def test_raw_input_names_no_field_but_type_and_flags() -> None:
    from agent.desktop.windows_input import _RawKeyboard, _RawMouse

    assert [name for name, _ in _RawKeyboard._fields_ if not name.startswith("_unread")] == ["flags"]
    assert [name for name, _ in _RawMouse._fields_ if not name.startswith("_unread")] == ["button_flags"]


@pytest.mark.parametrize(
    "leak",
    [
        "def pressed(key): log(key.char)",
        "def pressed(key): log(getattr(key, 'vk'))",
        "from pynput import keyboard",
        "listener(on_press=f)",
        "user32.GetAsyncKeyState(65)",
        "import win32clipboard",
        "import sounddevice",
        "from PIL import ImageGrab",
        "log(raw.body.keyboard._unread_after)",
    ],
)
def test_the_check_itself_catches_a_leak(leak: str) -> None:
    assert names_in(leak) & KEY_IDENTITY or imports_in(leak) & DEVICES or unread_fields(leak)
