/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "llm/sg-asker.h"

G_BEGIN_DECLS

/**
 * SgPreset:
 *
 * Fast: 2,000 tokens of context and 5 turns of history, checked by rules; Balanced: 8,000 and 20,
 * checked by rules; Quality: what the model takes, planned, and checked by a model as well;
 * Custom: as set.
 */
typedef enum
{
  SG_PRESET_FAST,
  SG_PRESET_BALANCED,
  SG_PRESET_QUALITY,
  SG_PRESET_CUSTOM,
} SgPreset;

#define SG_TYPE_ENGINE_SETTINGS (sg_engine_settings_get_type ())

/* How a turn is told: budgets, limits, and one switch for each optimisation.  Each is a property and
 * a key of `--set key=value`; the table at the head of sg-engine-settings.c says what it means.
 * Setting the preset sets what the presets stand for (context-tokens, history-turns, max-tokens,
 * planner, rule-checks, model-checks, tool-set); setting one of these makes the preset a custom one. */
G_DECLARE_FINAL_TYPE (SgEngineSettings, sg_engine_settings, SG, ENGINE_SETTINGS, GObject)

SgEngineSettings *sg_engine_settings_new        (void) G_GNUC_WARN_UNUSED_RESULT;
SgEngineSettings *sg_engine_settings_copy       (SgEngineSettings *self) G_GNUC_WARN_UNUSED_RESULT;
SgEngineSettings *sg_engine_settings_get_snapshot (SgEngineSettings *self);
gboolean          sg_engine_settings_is_on      (SgEngineSettings *self,
                                                 const char       *key);
int               sg_engine_settings_get_number (SgEngineSettings *self,
                                                 const char       *key);
const char       *sg_engine_settings_get_text   (SgEngineSettings *self,
                                                 const char       *key);
/* How many tokens the answers to questions may have, by kind. */
void              sg_engine_settings_apply_budgets (SgEngineSettings *self,
                                                 SgAsker          *asker);
const char       *sg_engine_settings_get_tools_off (SgEngineSettings *self);
const char      **sg_engine_settings_list_switches (void) G_GNUC_WARN_UNUSED_RESULT;
void              sg_engine_settings_set_optimised (SgEngineSettings *self,
                                                 gboolean          optimised);
/* Sets a preset by name or one key; fails with G_IO_ERROR_INVALID_ARGUMENT and a sentence. */
gboolean          sg_engine_settings_set_preset (SgEngineSettings *self,
                                                 const char       *preset,
                                                 GError          **error);
gboolean          sg_engine_settings_set_key    (SgEngineSettings *self,
                                                 const char       *key,
                                                 const char       *value,
                                                 GError          **error);
/* Those that a turn was told with. */
SgEngineSettings *sg_engine_settings_new_from_json (const char     *json) G_GNUC_WARN_UNUSED_RESULT;
char             *sg_engine_settings_dup_json   (SgEngineSettings *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
