/* SPDX-License-Identifier: MIT */
/* A program that embeds an interpreter, as uWSGI, Blender or a frozen application do: runs the Python
   program that its first argument names. */
#include <Python.h>
#include <stdio.h>

#if PY_MAJOR_VERSION >= 3
static wchar_t *decoded(char *text) { return Py_DecodeLocale(text, NULL); }
#else
static char *decoded(char *text) { return text; }
#endif

int main(int argc, char **argv) {
#if PY_MAJOR_VERSION >= 3
  wchar_t *words[16];
#else
  char *words[16];
#endif
  if (argc < 2 || argc > 16) return 2;
  for (int i = 1; i < argc; ++i) words[i - 1] = decoded(argv[i]);
  Py_Initialize();
  PySys_SetArgv(argc - 1, words);
  FILE *program = fopen(argv[1], "r");
  if (program == NULL) return 2;
  int status = PyRun_SimpleFile(program, argv[1]);
  fclose(program);
  return status != 0;
}
