/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-asker.h"
#include "world/sg-scenario.h"

G_BEGIN_DECLS

/* How many characters one brief may be made into. */
#define SG_FORGE_MAX 50

/**
 * SgForgeState:
 * @SG_FORGE_FAILED: see the error; another run tries it again
 */
typedef enum
{
  SG_FORGE_WAITING,
  SG_FORGE_RUNNING,
  SG_FORGE_DONE,
  SG_FORGE_FAILED,
} SgForgeState;

/**
 * SgForged:
 * @name: (nullable): the name, once there is one
 * @role: (nullable): what they are in the story, in a few words
 * @sheet: (nullable): all that is known of a character that is done: `name`, `role`, `description`,
 *   `appearance`, `voice`, `goal`, `secret`
 * @error: (nullable): what went wrong, for the player
 *
 * One of the characters of a brief.
 */
typedef struct
{
  SgForgeState  state;
  char         *name;
  char         *role;
  JsonObject   *sheet;
  char         *error;
} SgForged;

#define SG_TYPE_CHARACTER_FORGE (sg_character_forge_get_type ())

/* Makes characters from a brief, several at a time, each with a call of its own; what goes wrong with
 * one does not touch the others.
 *
 * Signal `changed` (guint position): a character is on its way, done or has failed. */
G_DECLARE_FINAL_TYPE (SgCharacterForge, sg_character_forge, SG, CHARACTER_FORGE, GObject)

SgCharacterForge *sg_character_forge_new         (SgAsker              *asker,
                                                  const char           *brief,
                                                  guint                 count) G_GNUC_WARN_UNUSED_RESULT;
SgAsker          *sg_character_forge_get_asker   (SgCharacterForge     *self);
void              sg_character_forge_set_at_once (SgCharacterForge     *self,
                                                  guint                 at_once);
void              sg_character_forge_set_setting (SgCharacterForge     *self,
                                                  const char           *setting);
void              sg_character_forge_set_span    (SgCharacterForge     *self,
                                                  guint                 span);
void              sg_character_forge_add_taken   (SgCharacterForge     *self,
                                                  const char           *name);
void              sg_character_forge_add_cast    (SgCharacterForge     *self,
                                                  SgWorld              *world,
                                                  SgScenario           *scenario);
guint             sg_character_forge_get_count   (SgCharacterForge     *self);
const SgForged   *sg_character_forge_get         (SgCharacterForge     *self,
                                                  guint                 position);
guint             sg_character_forge_get_n_done  (SgCharacterForge     *self);

void              sg_character_forge_run_async   (SgCharacterForge     *self,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          sg_character_forge_run_finish  (SgCharacterForge     *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);

G_END_DECLS
