/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/sg-keyring.h"
#include "engine/sg-engine-settings.h"
#include "llm/sg-http.h"
#include "llm/sg-model.h"

G_BEGIN_DECLS

/* Who tells the stories, as the preferences say: the built-in storyteller, or a model behind a server with the
 * key from the keyring.  Keeps the settings of the engine in step with the preferences.
 *
 * Signal `changed` (): a model that was made before no longer is what the preferences say. */
#define SG_TYPE_NARRATOR (sg_narrator_get_type ())

G_DECLARE_FINAL_TYPE (SgNarrator, sg_narrator, SG, NARRATOR, GObject)

SgNarrator       *sg_narrator_new                 (GSettings            *settings) G_GNUC_WARN_UNUSED_RESULT;
GSettings        *sg_narrator_get_settings        (SgNarrator           *self);
SgKeyring        *sg_narrator_get_keyring         (SgNarrator           *self);
SgHttp           *sg_narrator_get_http            (SgNarrator           *self);
SgEngineSettings *sg_narrator_get_engine_settings (SgNarrator           *self);
void              sg_narrator_make_model_async    (SgNarrator           *self,
                                                   GCancellable         *cancellable,
                                                   GAsyncReadyCallback   callback,
                                                   gpointer              user_data);
SgModel          *sg_narrator_make_model_finish   (SgNarrator           *self,
                                                   GAsyncResult         *result,
                                                   GError              **error) G_GNUC_WARN_UNUSED_RESULT;
SgModel          *sg_narrator_make_storyteller    (SgNarrator           *self) G_GNUC_WARN_UNUSED_RESULT;
void              sg_narrator_key_changed         (SgNarrator           *self);

G_END_DECLS
