/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * SgFact:
 * @entity: who or what, such as `lamp` or `player`
 * @attribute: what of it, such as `lit` or `place`
 * @value: a JSON value; a null node means that the fact is gone
 * @turn: the turn that set it; 0 while its turn has not committed
 * @call: (nullable): the id of the tool call that set it
 */
typedef struct
{
  char     *entity;
  char     *attribute;
  JsonNode *value;
  gint64    turn;
  char     *call;
} SgFact;

/**
 * SgMemory:
 * @text: what is remembered, one or two sentences
 * @keywords: (nullable): words it should also be found by
 * @importance: 1 (colour) to 10 (the story turns on it)
 * @turn: the turn that made it; 0 while its turn has not committed
 * @call: (nullable): the id of the tool call that made it
 */
typedef struct
{
  gint64  id;
  char   *text;
  char   *keywords;
  int     importance;
  gint64  turn;
  char   *call;
} SgMemory;

SgMemory *sg_memory_copy (const SgMemory *self) G_GNUC_WARN_UNUSED_RESULT;
void      sg_memory_free (SgMemory       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgMemory, sg_memory_free)

#define SG_TYPE_WORLD (sg_world_get_type ())

G_DECLARE_FINAL_TYPE (SgWorld, sg_world, SG, WORLD, GObject)

/* Entities that are nobody and nothing in the story: what the built-in storyteller notes for itself, and those
 * whose name begins with an underscore, which no name of a model does. */
gboolean      sg_world_is_note           (const char *entity);

SgWorld      *sg_world_new               (void) G_GNUC_WARN_UNUSED_RESULT;
SgWorld      *sg_world_new_overlay       (SgWorld    *base) G_GNUC_WARN_UNUSED_RESULT;
SgWorld      *sg_world_get_base          (SgWorld    *self);

const SgFact *sg_world_lookup            (SgWorld    *self,
                                          const char *entity,
                                          const char *attribute);
JsonNode     *sg_world_get               (SgWorld    *self,
                                          const char *entity,
                                          const char *attribute);
const char   *sg_world_get_string        (SgWorld    *self,
                                          const char *entity,
                                          const char *attribute);
gint64        sg_world_get_int           (SgWorld    *self,
                                          const char *entity,
                                          const char *attribute,
                                          gint64      fallback);
gboolean      sg_world_get_boolean       (SgWorld    *self,
                                          const char *entity,
                                          const char *attribute);
gboolean      sg_world_has_entity        (SgWorld    *self,
                                          const char *entity);
guint64       sg_world_get_version       (SgWorld    *self);
char        **sg_world_list_entities     (SgWorld    *self) G_GNUC_WARN_UNUSED_RESULT;
char        **sg_world_list_attributes   (SgWorld    *self,
                                          const char *entity) G_GNUC_WARN_UNUSED_RESULT;
JsonNode     *sg_world_entity_to_json    (SgWorld    *self,
                                          const char *entity) G_GNUC_WARN_UNUSED_RESULT;
JsonNode     *sg_world_to_json           (SgWorld    *self) G_GNUC_WARN_UNUSED_RESULT;

void          sg_world_set               (SgWorld    *self,
                                          const char *entity,
                                          const char *attribute,
                                          JsonNode   *value,
                                          const char *call);
void          sg_world_set_string        (SgWorld    *self,
                                          const char *entity,
                                          const char *attribute,
                                          const char *value);
void          sg_world_set_int           (SgWorld    *self,
                                          const char *entity,
                                          const char *attribute,
                                          gint64      value);
void          sg_world_set_boolean       (SgWorld    *self,
                                          const char *entity,
                                          const char *attribute,
                                          gboolean    value);
void          sg_world_load              (SgWorld    *self,
                                          const char *entity,
                                          const char *attribute,
                                          JsonNode   *value,
                                          gint64      turn,
                                          const char *call);
GPtrArray    *sg_world_get_changes       (SgWorld    *self);

void          sg_world_add_memory        (SgWorld    *self,
                                          const char *text,
                                          const char *keywords,
                                          int         importance,
                                          const char *call);
GPtrArray    *sg_world_get_new_memories  (SgWorld    *self);

void          sg_world_set_choices       (SgWorld    *self,
                                          const char * const *choices);
const char * const *
              sg_world_get_choices       (SgWorld    *self);

void          sg_world_merge             (SgWorld    *self,
                                          SgWorld    *overlay,
                                          gint64      turn);

G_END_DECLS
