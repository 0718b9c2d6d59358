/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-engine-settings.h"
#include "llm/sg-model.h"

G_BEGIN_DECLS

/**
 * SgCliModel:
 *
 * The options of a command that plays: who tells, and how.
 */
typedef struct
{
  char  *server;
  char  *model;
  char  *key_env;
  char  *fallback;
  char  *fallback_model;
  char  *fallback_key_env;
  char  *preset;
  char **settings;
  int    pace;
} SgCliModel;

GOptionGroup     *sg_cli_model_get_group     (SgCliModel        *self) G_GNUC_WARN_UNUSED_RESULT;
SgModel          *sg_cli_model_make          (SgCliModel        *self,
                                              SgEngineSettings  *settings,
                                              GError           **error) G_GNUC_WARN_UNUSED_RESULT;
SgEngineSettings *sg_cli_model_make_settings (SgCliModel        *self,
                                              GError           **error) G_GNUC_WARN_UNUSED_RESULT;
void              sg_cli_model_clear         (SgCliModel        *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgCliModel, sg_cli_model_clear)

G_END_DECLS
