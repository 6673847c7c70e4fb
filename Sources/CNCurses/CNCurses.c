#define _GNU_SOURCE
#include "CNCurses.h"

#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

static WINDOW *pad;

SCREEN *cn_newterm(const char *type, int output, int input) {
  FILE *out = fdopen(dup(output), "w");
  FILE *in = fdopen(dup(input), "r");
  pad = NULL;  // the one of a screen before belongs to that screen
  if (out && in) {
    SCREEN *screen = newterm(type, out, in);
    if (screen) return screen;
  }
  if (out) fclose(out);
  if (in) fclose(in);
  return NULL;
}

bool cn_can_draw(void) { return cursor_address != NULL; }

int cn_put(int row, int column, const wchar_t *text, int count, attr_t attributes, int pair) {
  if (wattr_set(stdscr, attributes, (short)0, &pair) == ERR) return ERR;
  return mvwaddnwstr(stdscr, row, column, text, count);
}

WINDOW *cn_input(void) {
  if (!pad) pad = newpad(1, 1);
  return pad;
}

int cn_width(wchar_t character) { return wcwidth(character); }

int cn_pipe(int *reading, int *writing) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
  *reading = ends[0];
  *writing = ends[1];
  return 0;
}

int cn_terminal_size(int descriptor, int *width, int *height) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return -1;
  *width = size.ws_col;
  *height = size.ws_row;
  return 0;
}

bool cn_use_utf8(void) {
  static const char *const names[] = {"", "C.UTF-8", "C.utf8", "en_US.UTF-8"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (setlocale(LC_CTYPE, names[i]) && strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return true;
  return false;
}
