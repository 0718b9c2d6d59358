/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * SgPreset:
 *
 * Fast: 2,000 tokens of context and 5 turns of history; Balanced: 8,000 and 20; Quality: what the
 * model takes; Custom: as set.
 */
typedef enum
{
  SG_PRESET_FAST,
  SG_PRESET_BALANCED,
  SG_PRESET_QUALITY,
  SG_PRESET_CUSTOM,
} SgPreset;

#define SG_TYPE_ENGINE_SETTINGS (sg_engine_settings_get_type ())

/* Properties, each also a key of `--set key=value`: preset, context-tokens, history-turns, max-tokens,
 * temperature, parallel-tools, early-tools, tools-at-once. */
G_DECLARE_FINAL_TYPE (SgEngineSettings, sg_engine_settings, SG, ENGINE_SETTINGS, GObject)

SgEngineSettings *sg_engine_settings_new        (void) G_GNUC_WARN_UNUSED_RESULT;
/* Sets a preset by name or one key; fails with G_IO_ERROR_INVALID_ARGUMENT and a sentence. */
gboolean          sg_engine_settings_set_preset (SgEngineSettings *self,
                                                 const char       *preset,
                                                 GError          **error);
gboolean          sg_engine_settings_set_key    (SgEngineSettings *self,
                                                 const char       *key,
                                                 const char       *value,
                                                 GError          **error);
char             *sg_engine_settings_dup_json   (SgEngineSettings *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
