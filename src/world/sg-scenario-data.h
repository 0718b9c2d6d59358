/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/sg-condition.h"
#include "world/sg-scenario.h"

G_BEGIN_DECLS

/* A valid scenario as those see it who play it: its entities by id, its sections, and the small
 * accessors for members that may be missing.  All of it was checked when the scenario was read, so
 * these ask no questions. */

typedef enum
{
  SG_ENTITY_PLACE,
  SG_ENTITY_PERSON,
  SG_ENTITY_THING,
  SG_ENTITY_DEITY,
  SG_ENTITY_GOAL,
  SG_ENTITY_CLOCK,
  SG_N_ENTITY_KINDS
} SgEntityKind;

/**
 * SgEntity:
 * @data: its object in the scenario
 * @order: its position in the file, from 0
 */
typedef struct
{
  const char   *id;
  SgEntityKind  kind;
  JsonObject   *data;
  guint         order;
} SgEntity;

const char        *sg_entity_kind_get_section   (SgEntityKind   kind);

const SgEntity    *sg_scenario_lookup           (SgScenario    *self,
                                                 const char    *id);
/* (element-type SgEntity): in the order of the file. */
GPtrArray         *sg_scenario_get_entities     (SgScenario    *self);
JsonObject        *sg_scenario_get_section      (SgScenario    *self,
                                                 const char    *section);
const char        *sg_scenario_get_language     (SgScenario    *self);
/* Parsed once and kept; NULL for what is no condition. */
const SgCondition *sg_scenario_get_condition    (SgScenario    *self,
                                                 const char    *text);
const SgEffect    *sg_scenario_get_effect       (SgScenario    *self,
                                                 const char    *text);

JsonNode          *sg_member                    (JsonObject    *object,
                                                 const char    *name);
JsonObject        *sg_member_object             (JsonObject    *object,
                                                 const char    *name);
JsonArray         *sg_member_array              (JsonObject    *object,
                                                 const char    *name);
const char        *sg_member_string             (JsonObject    *object,
                                                 const char    *name);
gboolean           sg_member_boolean            (JsonObject    *object,
                                                 const char    *name,
                                                 gboolean       fallback);
gint64             sg_member_int                (JsonObject    *object,
                                                 const char    *name,
                                                 gint64         fallback);
const char        *sg_node_string               (JsonNode      *node);
gboolean           sg_node_is_array_of_strings  (JsonNode      *node);
gboolean           sg_object_is_languages       (JsonObject    *object);

/* The validator: one sentence with its path for each fault, a bounded number of them. */
GPtrArray         *sg_scenario_check            (JsonObject    *root) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
