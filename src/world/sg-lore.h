/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/sg-view.h"

G_BEGIN_DECLS

/* What can be looked up about the world of a story, found by words.  It is made of the texts of a scenario; other
 * sources (lorebooks) add entries of their own. */

typedef struct _SgLore SgLore;

/**
 * SgLoreEntry:
 * @id: the entity, or the entity and a part of it: `mira`, `mira.flood`
 * @kind: `place`, `person`, `thing`, `deity`, `talk` (what somebody says of something), `detail`, `writing`
 * @title: what it is about, a few words
 * @text: a text of the scenario
 * @condition: (nullable): a condition; where it does not hold, the player cannot know this yet
 */
typedef struct
{
  char       *id;
  const char *kind;
  char       *title;
  JsonNode   *text;
  JsonNode   *condition;
} SgLoreEntry;

/**
 * SgLoreHit:
 * @entry: (transfer none): the entry
 * @score: how well it matches, higher is better
 */
typedef struct
{
  const SgLoreEntry *entry;
  double             score;
} SgLoreHit;

SgLore *sg_lore_new          (void) G_GNUC_WARN_UNUSED_RESULT;
SgLore *sg_lore_new_scenario (SgScenario *scenario) G_GNUC_WARN_UNUSED_RESULT;
void    sg_lore_free         (SgLore     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgLore, sg_lore_free)

void    sg_lore_add          (SgLore     *self,
                              const char *id,
                              const char *kind,
                              const char *title,
                              const char *names,
                              JsonNode   *text,
                              JsonNode   *condition);
guint   sg_lore_get_n_entries (SgLore    *self);
GArray *sg_lore_search       (SgLore     *self,
                              const char *words,
                              guint       limit) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
