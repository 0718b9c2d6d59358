/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * SgCommand:
 * @verb: (nullable): a verb of the lexicon or of the scenario; %NULL for a free intention
 * @text: the clause in plain words: "climb the wall"
 * @objects: (nullable) (array zero-terminated=1): what it is done to, as named
 * @preposition: (nullable): what stands before the second
 * @second: (nullable): with what, to whom, where
 * @direction: (nullable): of going and looking
 * @topic: (nullable): of talk: about what
 * @speech: (nullable): what is said, word for word
 * @guessed: the verb was taken for one with a slip of the finger
 *
 * One thing that the player wants to do, understood as far as that goes without knowing the world.
 */
typedef struct
{
  char     *verb;
  char     *text;
  char    **objects;
  char     *preposition;
  char     *second;
  char     *direction;
  char     *topic;
  char     *speech;
  gboolean  guessed;
} SgCommand;

void       sg_command_free  (SgCommand *self);

/* The first of the objects, or NULL. */
const char *sg_command_get_object (SgCommand *self);

/* Whether words name somebody who can be spoken to. */
typedef gboolean (*SgNamesPersonFunc) (const char *words,
                                       gpointer    user_data);

/* (element-type SgCommand): what the player wants, in order.  @mode is that of the turn. */
GPtrArray *sg_command_parse (const char         *input,
                             const char         *mode,
                             JsonObject         *own_verbs,
                             SgNamesPersonFunc   names_person,
                             gpointer            user_data) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
