/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* What each fuzzer is: reads the bytes as the program would, and must neither crash nor leak. */
int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);
