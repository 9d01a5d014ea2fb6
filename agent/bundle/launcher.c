/* Starts the agent inside the bundle's own CPython, so that the system shows it under the agent's own name. */
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

#define LONGEST 32768
#define ALWAYS 4 /* this program, -B, -m, agent.packaged */

typedef int (*python_main)(int, wchar_t **);

static int fail(const wchar_t *why)
{
#ifdef CONSOLE
    fwprintf(stderr, L"WorkPulse cannot start: %ls\n", why);
#else
    MessageBoxW(NULL, why, L"WorkPulse cannot start", MB_ICONERROR | MB_OK);
#endif
    return 1603;
}

int wmain(int argc, wchar_t **argv)
{
    static wchar_t self[LONGEST], library[LONGEST + 64];
    DWORD length = GetModuleFileNameW(NULL, self, LONGEST);
    if (length == 0 || length >= LONGEST)
        return fail(L"its own folder cannot be found.");

    wcscpy(library, self);
    *(wcsrchr(library, L'\\') + 1) = L'\0';
    wcscat(library, L"runtime\\" PYTHON_DLL);
    /* the libraries that Python needs lie beside it, not beside us */
    HMODULE python = LoadLibraryExW(library, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    python_main start = python ? (python_main)(void *)GetProcAddress(python, "Py_Main") : NULL;
    wchar_t **given = calloc((size_t)argc + ALWAYS + 1, sizeof *given);
    if (!start || !given)
        return fail(L"the folder \"runtime\" beside it is incomplete. Unpack or install it again.");

    given[0] = self;
    given[1] = L"-B"; /* nothing is written into the program's folder */
    given[2] = L"-m";
    given[3] = L"agent.packaged";
    for (int i = 1; i < argc; i++)
        given[ALWAYS + i - 1] = argv[i];
    return start(argc + ALWAYS - 1, given);
}
