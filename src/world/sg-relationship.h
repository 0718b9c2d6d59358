/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/sg-world.h"

G_BEGIN_DECLS

/* What one character is to another, as a fact of the one: `anna.toward_player`, an object with `score`
 * (SG_RELATIONSHIP_MIN, hate, to SG_RELATIONSHIP_MAX, love), `kind` (a word or two), `why`, `turn` (the depth of the
 * turn that changed it last) and `before` (how it stood earlier, the newest first).  A model may have
 * written something simpler there: a number is a score, a text a kind. */

#define SG_RELATIONSHIP_PREFIX "toward_"
#define SG_RELATIONSHIP_MIN -100
#define SG_RELATIONSHIP_MAX 100

/**
 * SgRelationship:
 * @kind: (nullable): a word or two: `rival`, `old friend`
 * @why: (nullable): what was behind the last change
 * @turn: the depth of the turn that changed it last, or -1 where it does not say
 * @before: (nullable): a JSON array of how it stood before: `turn`, `score`, `why`
 */
typedef struct
{
  char     *from;
  char     *to;
  int       score;
  char     *kind;
  char     *why;
  gint64    turn;
  JsonNode *before;
} SgRelationship;

SgRelationship *sg_relationship_new      (const char     *from,
                                          const char     *to) G_GNUC_WARN_UNUSED_RESULT;
void            sg_relationship_free     (SgRelationship *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgRelationship, sg_relationship_free)

SgRelationship *sg_relationship_get      (SgWorld        *world,
                                          const char     *from,
                                          const char     *to) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray      *sg_relationship_list     (SgWorld        *world,
                                          const char     *who,
                                          const char     *other) G_GNUC_WARN_UNUSED_RESULT;
void            sg_relationship_change   (SgRelationship *self,
                                          int             score,
                                          const char     *kind,
                                          const char     *why,
                                          gint64          turn);
void            sg_relationship_write    (SgRelationship *self,
                                          SgWorld        *world,
                                          const char     *call);
char           *sg_relationship_dup_line (SgRelationship *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
