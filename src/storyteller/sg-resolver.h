/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/sg-view.h"

G_BEGIN_DECLS

typedef enum
{
  SG_TARGET_NONE,
  SG_TARGET_ENTITY,
  SG_TARGET_DETAIL,
  SG_TARGET_EXIT,
  SG_TARGET_PLAYER,
  SG_TARGET_ALL,
  SG_TARGET_PLACE_HERE,
  SG_TARGET_AMBIGUOUS,
} SgTargetType;

/**
 * SgTarget:
 * @entity: (nullable): who or what
 * @node: (nullable): the detail or exit
 * @name: the words of the player, or the name of the detail or exit
 * @present: whether it is here
 * @score: how well the words fit, from 0 to a little over 100
 * @candidates: (nullable) (element-type SgEntity): of SG_TARGET_AMBIGUOUS
 *
 * What a noun phrase stands for.
 */
typedef struct
{
  SgTargetType    type;
  const SgEntity *entity;
  JsonNode       *node;
  char           *name;
  gboolean        present;
  guint           score;
  GPtrArray      *candidates;
} SgTarget;

typedef enum
{
  SG_PREFER_NOTHING,
  SG_PREFER_CARRIED,
  SG_PREFER_LYING,
  SG_PREFER_PEOPLE,
  SG_PREFER_PLACES,
} SgPreference;

void     sg_target_clear         (SgTarget      *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgTarget, sg_target_clear)

SgTarget sg_resolve              (SgView        *view,
                                  const char    *noun,
                                  SgPreference   prefer);
/* How well words name an entity: 0 for not at all, 100 for exactly. */
guint    sg_resolve_score        (SgView        *view,
                                  const SgEntity *entity,
                                  const char    *noun);
/* As above, for a name with synonyms: of an exit or a detail. */
guint    sg_resolve_score_names  (const char * const *names,
                                  const char    *noun);
/* The exit of this place whose direction, name or destination the words name; hidden ones are not
 * found.  @key takes its direction. */
JsonNode *sg_resolve_exit        (SgView        *view,
                                  const char    *noun,
                                  const char   **key,
                                  guint         *score);

G_END_DECLS
