#include "CDemoModel.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

// C23, which Clang knows in every mode; other modules stay with the package's C.
#pragma clang diagnostic ignored "-Wc23-extensions"

// A last zero lets a file be empty or not there; it is not counted.
static const unsigned char configuration[] = {
#if __has_embed("../spinscope/Demo/model/config.json")
#embed "../spinscope/Demo/model/config.json" suffix(, )
#endif
    0};
static const unsigned char tokenizer_configuration[] = {
#if __has_embed("../spinscope/Demo/model/tokenizer_config.json")
#embed "../spinscope/Demo/model/tokenizer_config.json" suffix(, )
#endif
    0};
static const unsigned char tokenizer[] = {
#if __has_embed("../spinscope/Demo/model/tokenizer.json")
#embed "../spinscope/Demo/model/tokenizer.json" suffix(, )
#endif
    0};
static const unsigned char card[] = {
#if __has_embed("../spinscope/Demo/model/README.md")
#embed "../spinscope/Demo/model/README.md" suffix(, )
#endif
    0};
static const unsigned char weights[] = {
#if __has_embed("../spinscope/Demo/model/model.safetensors")
#embed "../spinscope/Demo/model/model.safetensors" suffix(, )
#endif
    0};

static const struct {
  const char *name;
  const unsigned char *bytes;
  size_t size;
} files[] = {
    {"config.json", configuration, sizeof configuration - 1},
    {"tokenizer_config.json", tokenizer_configuration, sizeof tokenizer_configuration - 1},
    {"tokenizer.json", tokenizer, sizeof tokenizer - 1},
    {"README.md", card, sizeof card - 1},
    {"model.safetensors", weights, sizeof weights - 1},
};

int32_t cd_count(void) { return sizeof files / sizeof files[0]; }

int32_t cd_name_character(int32_t index, int32_t place) {
  return (unsigned char)files[index].name[place];
}

int64_t cd_size(int32_t index) { return (int64_t)files[index].size; }

int32_t cd_write(int32_t index, int32_t descriptor) {
  size_t done = 0;
  while (done < files[index].size) {
    ssize_t count = write(descriptor, files[index].bytes + done, files[index].size - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    done += (size_t)count;
  }
  return 0;
}

int32_t cd_equals(int32_t index, int32_t descriptor) {
  unsigned char buffer[1 << 16];
  size_t done = 0;
  for (;;) {
    ssize_t count = read(descriptor, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return 0;
    if (count == 0) return done == files[index].size;
    if ((size_t)count > files[index].size - done) return 0;
    if (memcmp(buffer, files[index].bytes + done, (size_t)count) != 0) return 0;
    done += (size_t)count;
  }
}
