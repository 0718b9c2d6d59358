/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "world/sg-scenario-check-private.h"

#include <string.h>

#include "world/sg-scenario-words.h"

#define MAX_TEXT 8000
#define MAX_VARIANTS 100
#define MAX_EFFECTS 64

#define ANY_ENTITY (~0u)

static void check_braces (SgCheck    *self,
                          const char *text,
                          gsize       length);

static gboolean
enter (SgCheck *self)
{
  if (self->depth >= SG_CHECK_MAX_DEPTH)
    {
      sg_check_fault (self, "nested more than %d deep", SG_CHECK_MAX_DEPTH);
      return FALSE;
    }

  self->depth++;

  return TRUE;
}

/* Facts belong to an entity, or to one of those that every story has. */
static void
check_fact_entity (SgCheck    *self,
                   const char *entity)
{
  static const char *const always[] = { "player", "story", "storyteller", NULL };

  if (!g_strv_contains (always, entity))
    sg_check_reference (self, entity, ANY_ENTITY, "entity");
}

static gboolean
is_rule (SgCheck    *self,
         const char *name)
{
  return sg_member (sg_member_object (self->root, "grammar"), name) != NULL
         || sg_scenario_words_has_phrase (name);
}

static void
check_brace_name (SgCheck    *self,
                  const char *name)
{
  const char *space = strchr (name, ' ');
  const char *dot = strchr (name, '.');
  g_autofree char *lower = g_strdup (name);

  lower[0] = g_ascii_tolower (lower[0]);
  if (space != NULL)
    {
      g_autofree char *form = g_strndup (name, space - name);

      if (!sg_scenario_words_has_form (form))
        sg_check_fault (self, "“{%s}” has no meaning", name);
      else if (!sg_scenario_words_has_var (space + 1) && !g_str_equal (space + 1, "player"))
        sg_check_reference (self, space + 1, ANY_ENTITY, "entity");
    }
  else if (dot != NULL)
    {
      g_autofree char *entity = g_strndup (name, dot - name);

      check_fact_entity (self, entity);
    }
  else if (!sg_scenario_words_has_var (lower) && !is_rule (self, lower)
           && !sg_check_knows (self, lower, ANY_ENTITY))
    {
      sg_check_fault (self, "“{%s}” is neither a rule of the grammar nor an entity", name);
    }
}

/* The closing brace that fits, or a sign of the same level. */
static const char *
find_at_level (const char *text,
               const char *end,
               char        wanted)
{
  guint level = 0;

  for (const char *c = text; c < end; c++)
    {
      if (*c == wanted && level == 0)
        return c;
      if (*c == '{')
        level++;
      else if (*c == '}' && level > 0)
        level--;
    }

  return NULL;
}

static void
check_conditional (SgCheck    *self,
                   const char *text,
                   const char *end)
{
  const char *colon = find_at_level (text, end, ':');
  g_autofree char *condition = NULL;

  if (colon == NULL)
    {
      sg_check_fault (self, "a condition in braces has the form {?condition:text|text}");
      return;
    }

  condition = g_strndup (text, colon - text);
  sg_check_condition_text (self, condition);
  if (enter (self))
    {
      check_braces (self, colon + 1, end - colon - 1);
      self->depth--;
    }
}

static void
check_braces (SgCheck    *self,
              const char *text,
              gsize       length)
{
  const char *end = text + length;

  while (text < end)
    {
      const char *open = memchr (text, '{', end - text);
      const char *close = open != NULL ? find_at_level (open + 1, end, '}') : NULL;

      if (open == NULL)
        return;
      if (close == NULL)
        {
          sg_check_fault (self, "a brace { is not closed");
          return;
        }

      if (open[1] == '?')
        {
          check_conditional (self, open + 2, close);
        }
      else
        {
          g_autofree char *name = g_strndup (open + 1, close - open - 1);

          check_brace_name (self, name);
        }
      text = close + 1;
    }
}

static void
check_text_object (SgCheck  *self,
                   JsonNode *node)
{
  static const SgField fields[] = {
    { "if", SG_FIELD_CONDITION, TRUE }, { "text", SG_FIELD_TEXT, TRUE }, { "else", SG_FIELD_TEXT }, { NULL }
  };
  JsonObject *object = json_node_get_object (node);
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  if (!sg_object_is_languages (object))
    {
      sg_check_fields (self, object, fields);
      return;
    }

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &member))
    {
      gsize mark = sg_check_push (self, name);

      sg_check_text (self, member);
      sg_check_pop (self, mark);
    }
}

static void
check_variants (SgCheck   *self,
                JsonArray *array)
{
  guint length = json_array_get_length (array);

  if (length == 0)
    sg_check_fault (self, "there are no variants");
  if (length > MAX_VARIANTS)
    sg_check_fault (self, "more than %d variants", MAX_VARIANTS);

  for (guint i = 0; i < length; i++)
    {
      gsize mark = sg_check_push_index (self, i);

      sg_check_text (self, json_array_get_element (array, i));
      sg_check_pop (self, mark);
    }
}

void
sg_check_text (SgCheck  *self,
               JsonNode *node)
{
  const char *text = sg_node_string (node);

  if (!enter (self))
    return;

  if (text != NULL)
    {
      if (g_utf8_strlen (text, -1) > MAX_TEXT)
        sg_check_fault (self, "longer than %d characters", MAX_TEXT);
      else
        check_braces (self, text, strlen (text));
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    check_variants (self, json_node_get_array (node));
  else if (JSON_NODE_HOLDS_OBJECT (node))
    check_text_object (self, node);
  else
    sg_check_fault (self, "a text is wanted here");

  self->depth--;
}

static void
check_told (SgCheck    *self,
            const char *person,
            const char *topic)
{
  JsonObject *data = sg_member_object (sg_member_object (self->root, "people"), person);

  if (data == NULL)
    sg_check_fault (self, "no such person “%s”", person);
  else if (sg_member (sg_member_object (data, "topics"), topic) == NULL)
    sg_check_fault (self, "%s has no topic “%s”", person, topic);
}

static void
check_parsed_operands (SgCheck           *self,
                       const SgCondition *condition)
{
  for (guint i = 0; condition->operands != NULL && i < condition->operands->len; i++)
    {
      const SgOperand *operand = g_ptr_array_index (condition->operands, i);

      if (condition->type == SG_CONDITION_AT)
        sg_check_reference (self, operand->text != NULL ? operand->text : "?", SG_KIND (SG_ENTITY_PLACE), "place");
      else if (operand->type == SG_OPERAND_FACT)
        check_fact_entity (self, operand->text);
      else if (operand->type == SG_OPERAND_WORD && g_strcmp0 (condition->attribute, "place") == 0
               && !g_str_equal (operand->text, "player") && !g_str_equal (operand->text, "nowhere"))
        sg_check_reference (self, operand->text, ANY_ENTITY, "place");
    }
}

static void
check_parsed (SgCheck           *self,
              const SgCondition *condition)
{
  for (guint i = 0; condition->children != NULL && i < condition->children->len; i++)
    check_parsed (self, g_ptr_array_index (condition->children, i));

  check_parsed_operands (self, condition);
  switch ((int) condition->type)
    {
    case SG_CONDITION_TRUTH:
    case SG_CONDITION_COMPARE:
    case SG_CONDITION_IN:
      check_fact_entity (self, condition->entity);
      break;
    case SG_CONDITION_HAS:
      sg_check_reference (self, condition->entity, SG_KIND (SG_ENTITY_THING), "thing");
      break;
    case SG_CONDITION_HERE:
      sg_check_reference (self, condition->entity, ANY_ENTITY, "person or thing");
      break;
    case SG_CONDITION_VISITED:
      sg_check_reference (self, condition->entity, SG_KIND (SG_ENTITY_PLACE), "place");
      break;
    case SG_CONDITION_TOLD:
      check_told (self, condition->entity, condition->attribute);
      break;
    case SG_CONDITION_DONE:
    case SG_CONDITION_FAILED:
      sg_check_reference (self, condition->entity, SG_KIND (SG_ENTITY_GOAL), "goal");
      break;
    case SG_CONDITION_HAPPENED:
      if (sg_member (sg_member_object (self->root, "events"), condition->entity) == NULL)
        sg_check_fault (self, "no such event “%s”", condition->entity);
      break;
    default:
      break;
    }
}

void
sg_check_condition_text (SgCheck    *self,
                         const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgCondition) condition = NULL;

  if (strlen (text) > MAX_TEXT)
    {
      sg_check_fault (self, "longer than %d bytes", MAX_TEXT);
      return;
    }

  condition = sg_condition_parse (text, &error);
  if (condition == NULL)
    sg_check_fault (self, "in “%s”: %s", text, error->message);
  else
    check_parsed (self, condition);
}

static void
check_condition_list (SgCheck  *self,
                      JsonNode *node)
{
  JsonArray *array = json_node_get_array (node);

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      gsize mark = sg_check_push_index (self, i);

      sg_check_condition (self, json_array_get_element (array, i));
      sg_check_pop (self, mark);
    }
}

void
sg_check_condition (SgCheck  *self,
                    JsonNode *node)
{
  static const SgField fields[] = {
    { "all", SG_FIELD_CONDITION }, { "any", SG_FIELD_CONDITION }, { "not", SG_FIELD_CONDITION }, { NULL }
  };

  if (!enter (self))
    return;

  if (sg_node_string (node) != NULL)
    sg_check_condition_text (self, sg_node_string (node));
  else if (JSON_NODE_HOLDS_ARRAY (node))
    check_condition_list (self, node);
  else if (JSON_NODE_HOLDS_OBJECT (node))
    sg_check_fields (self, json_node_get_object (node), fields);
  else if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    sg_check_fault (self, "a condition is wanted here");

  self->depth--;
}

static void
check_move (SgCheck        *self,
            const SgEffect *effect)
{
  guint targets = SG_KIND (SG_ENTITY_PLACE);

  if (g_str_equal (effect->entity, "player"))
    g_hash_table_add (self->movable, g_strdup (effect->target));
  else
    sg_check_reference (self, effect->entity, SG_KIND (SG_ENTITY_PERSON) | SG_KIND (SG_ENTITY_THING),
                        "person or thing");

  if (sg_check_knows (self, effect->entity, SG_KIND (SG_ENTITY_THING)))
    targets |= SG_KIND (SG_ENTITY_PERSON) | SG_KIND (SG_ENTITY_THING);
  if (!g_str_equal (effect->target, "nowhere") && !g_str_equal (effect->target, "player"))
    sg_check_reference (self, effect->target, targets, "place");
}

static void
check_parsed_effect (SgCheck        *self,
                     const SgEffect *effect)
{
  switch (effect->type)
    {
    case SG_EFFECT_SET:
      check_fact_entity (self, effect->entity);
      if (effect->operand->type == SG_OPERAND_FACT)
        check_fact_entity (self, effect->operand->text);
      if (g_str_equal (effect->entity, "player") && g_str_equal (effect->attribute, "place")
          && effect->operand->text != NULL)
        g_hash_table_add (self->movable, g_strdup (effect->operand->text));
      break;
    case SG_EFFECT_ADD:
      check_fact_entity (self, effect->entity);
      break;
    case SG_EFFECT_MOVE:
      check_move (self, effect);
      break;
    case SG_EFFECT_GIVE:
      sg_check_reference (self, effect->entity, SG_KIND (SG_ENTITY_THING), "thing");
      break;
    case SG_EFFECT_REMOVE:
    case SG_EFFECT_REVEAL:
      sg_check_reference (self, effect->entity, ANY_ENTITY, "person or thing");
      break;
    case SG_EFFECT_ADVANCE:
      sg_check_reference (self, effect->entity, SG_KIND (SG_ENTITY_CLOCK), "clock");
      break;
    case SG_EFFECT_OPEN:
    case SG_EFFECT_DONE:
    case SG_EFFECT_FAIL:
      sg_check_reference (self, effect->entity, SG_KIND (SG_ENTITY_GOAL), "goal");
      break;
    case SG_EFFECT_END:
      g_hash_table_add (self->ended, g_strdup (effect->entity));
      if (sg_member (sg_member_object (self->root, "endings"), effect->entity) == NULL)
        sg_check_fault (self, "no such ending “%s”", effect->entity);
      break;
    default:
      break;
    }
}

static void
check_effect_text (SgCheck    *self,
                   const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgEffect) effect = NULL;

  if (strlen (text) > MAX_TEXT)
    {
      sg_check_fault (self, "longer than %d bytes", MAX_TEXT);
      return;
    }

  effect = sg_effect_parse (text, &error);
  if (effect == NULL)
    sg_check_fault (self, "in “%s”: %s", text, error->message);
  else
    check_parsed_effect (self, effect);
}

static void
check_effect_object (SgCheck    *self,
                     JsonObject *object)
{
  static const SgField conditional[] = {
    { "if", SG_FIELD_CONDITION }, { "do", SG_FIELD_EFFECTS, TRUE }, { "else", SG_FIELD_EFFECTS }, { NULL }
  };
  static const SgField memory[] = {
    { "remember", SG_FIELD_TEXT, TRUE }, { "keywords", SG_FIELD_STRINGS }, { "importance", SG_FIELD_INT },
    { "if", SG_FIELD_CONDITION }, { NULL }
  };

  sg_check_fields (self, object, json_object_has_member (object, "remember") ? memory : conditional);
}

void
sg_check_effects (SgCheck  *self,
                  JsonNode *node)
{
  if (!enter (self))
    return;

  if (sg_node_string (node) != NULL)
    check_effect_text (self, sg_node_string (node));
  else if (JSON_NODE_HOLDS_OBJECT (node))
    check_effect_object (self, json_node_get_object (node));
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      if (json_array_get_length (array) > MAX_EFFECTS)
        sg_check_fault (self, "more than %d effects", MAX_EFFECTS);
      for (guint i = 0; i < json_array_get_length (array); i++)
        {
          gsize mark = sg_check_push_index (self, i);

          sg_check_effects (self, json_array_get_element (array, i));
          sg_check_pop (self, mark);
        }
    }
  else
    sg_check_fault (self, "an effect is wanted here");

  self->depth--;
}

static const SgField reaction_fields[] = {
  { "id", SG_FIELD_ID },           { "if", SG_FIELD_CONDITION },    { "text", SG_FIELD_TEXT },
  { "do", SG_FIELD_EFFECTS },      { "once", SG_FIELD_BOOLEAN },    { "go_on", SG_FIELD_BOOLEAN },
  { "check", SG_FIELD_CHECK },     { "strong", SG_FIELD_REACTION }, { "weak", SG_FIELD_REACTION },
  { "miss", SG_FIELD_REACTION },   { "then", SG_FIELD_REACTION },   { "else", SG_FIELD_REACTION },
  { NULL }
};

static void
check_reaction_object (SgCheck  *self,
                       JsonNode *node)
{
  JsonObject *object = json_node_get_object (node);

  if (sg_object_is_languages (object))
    {
      sg_check_text (self, node);
      return;
    }

  sg_check_fields (self, object, reaction_fields);
  if (json_object_has_member (object, "check")
      && !(json_object_has_member (object, "strong") && json_object_has_member (object, "miss"))
      && sg_member_string (object, "check") == NULL)
    sg_check_fault (self, "a check needs “strong” and “miss”");
}

void
sg_check_reaction (SgCheck  *self,
                   JsonNode *node)
{
  if (!enter (self))
    return;

  if (JSON_NODE_HOLDS_ARRAY (node) && !sg_node_is_array_of_strings (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        {
          gsize mark = sg_check_push_index (self, i);

          sg_check_reaction (self, json_array_get_element (array, i));
          sg_check_pop (self, mark);
        }
    }
  else if (JSON_NODE_HOLDS_OBJECT (node))
    check_reaction_object (self, node);
  else
    sg_check_text (self, node);

  self->depth--;
}
