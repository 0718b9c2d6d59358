/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/sg-scenario-data.h"

G_BEGIN_DECLS

/**
 * SgCheck:
 * @path: where the check is: `places.crypt.exits.north`
 * @faults: (element-type utf8): what was found, the first SG_CHECK_MAX_FAULTS of it
 * @entities: id to kind, plus one
 * @movable: places to which some effect brings the player
 * @ended: endings that some effect calls
 * @depth: how deep texts and reactions are nested here
 */
typedef struct
{
  JsonObject *root;
  GString    *path;
  GPtrArray  *faults;
  guint       n_dropped;
  GHashTable *entities;
  GHashTable *movable;
  GHashTable *ended;
  guint       depth;
} SgCheck;

#define SG_CHECK_MAX_FAULTS 20
#define SG_CHECK_MAX_DEPTH 32

typedef enum
{
  SG_FIELD_ANY,
  SG_FIELD_STRING,
  SG_FIELD_ID,
  SG_FIELD_BOOLEAN,
  SG_FIELD_INT,
  SG_FIELD_TEXT,
  SG_FIELD_TEXT_OR_TRUE,
  SG_FIELD_TEXTS,
  SG_FIELD_STRINGS,
  SG_FIELD_CONDITION,
  SG_FIELD_EFFECTS,
  SG_FIELD_REACTION,
  SG_FIELD_FACTS,
  SG_FIELD_ON,
  SG_FIELD_DICE,
  SG_FIELD_PLACE,
  SG_FIELD_PLACES,
  SG_FIELD_PERSON,
  SG_FIELD_THING,
  SG_FIELD_DEITY,
  SG_FIELD_WHERE,
  SG_FIELD_CHECK,
  SG_FIELD_OBJECT,
  SG_FIELD_ARRAY,
  SG_FIELD_EXITS,
  SG_FIELD_DETAILS,
  SG_FIELD_TOPICS,
  SG_FIELD_SCHEDULE,
  SG_FIELD_CLOCK_AT,
  SG_FIELD_MODIFIERS,
  SG_FIELD_MEANINGS,
  SG_FIELD_SLIPS,
  SG_FIELD_QUESTIONS,
} SgFieldType;

typedef struct
{
  const char  *name;
  SgFieldType  type;
  gboolean     needed;
} SgField;

typedef void (*SgCheckFunc) (SgCheck    *self,
                             const char *name,
                             JsonNode   *node);

gsize    sg_check_push          (SgCheck       *self,
                                 const char    *name);
gsize    sg_check_push_index    (SgCheck       *self,
                                 guint          index);
void     sg_check_pop           (SgCheck       *self,
                                 gsize          mark);
void     sg_check_fault         (SgCheck       *self,
                                 const char    *format,
                                 ...) G_GNUC_PRINTF (2, 3);
void     sg_check_fields        (SgCheck       *self,
                                 JsonObject    *object,
                                 const SgField *fields);
void     sg_check_members       (SgCheck       *self,
                                 JsonNode      *node,
                                 SgCheckFunc    func);
gboolean sg_check_object        (SgCheck       *self,
                                 JsonNode      *node);
gboolean sg_check_is_id         (const char    *id);
void     sg_check_reference     (SgCheck       *self,
                                 const char    *id,
                                 guint          kinds,
                                 const char    *what);
gboolean sg_check_knows         (SgCheck       *self,
                                 const char    *id,
                                 guint          kinds);
void     sg_check_value         (SgCheck       *self,
                                 SgFieldType    type,
                                 JsonNode      *node);

/* sg-scenario-check-texts.c */
void     sg_check_text          (SgCheck       *self,
                                 JsonNode      *node);
void     sg_check_condition     (SgCheck       *self,
                                 JsonNode      *node);
void     sg_check_condition_text (SgCheck      *self,
                                 const char    *text);
void     sg_check_effects       (SgCheck       *self,
                                 JsonNode      *node);
void     sg_check_reaction      (SgCheck       *self,
                                 JsonNode      *node);

/* sg-scenario-check-parts.c */
void     sg_check_part          (SgCheck       *self,
                                 SgFieldType    type,
                                 JsonNode      *node);
void     sg_check_sections      (SgCheck       *self);

#define SG_KIND(kind) (1u << (kind))

G_END_DECLS
