#pragma once
// The files of Sources/spinscope/Demo/model, put into the executable by the compiler, so that it has
// them wherever it is copied to. In C, since `#embed` takes 9 MB as they are, where a Swift array of as
// many numbers would be compiled for minutes. No pointer leaves this module; no policy.
#include <stdint.h>

/// Files in the folder: config.json, tokenizer_config.json, tokenizer.json, README.md and
/// model.safetensors, in this order, whether they are there or not.
int32_t cd_count(void);
/// The name of file `index`, one character a call; 0 after the last.
int32_t cd_name_character(int32_t index, int32_t place);
/// Bytes of file `index`; 0 if it was not there when this was compiled.
int64_t cd_size(int32_t index);
/// Writes file `index` to a descriptor; 0 or errno.
int32_t cd_write(int32_t index, int32_t descriptor);
/// Whether what a descriptor still has to read is file `index`, whole and nothing more.
int32_t cd_equals(int32_t index, int32_t descriptor);
