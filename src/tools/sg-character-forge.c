/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Characters from one brief.  A first, short call casts the parts, so that the characters are different
 * people who know of each other; then each part is written out by a call of its own, and these
 * run side by side.  An answer that does not keep to the form is asked for once more, with what was
 * wrong; what fails then has failed alone, and can be tried again later.
 */

#include "config.h"

#include "tools/sg-character-forge.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "tools/sg-tool-answer.h"
#include "world/sg-cast.h"
#include "world/sg-scenario-data.h"

#define AT_ONCE 5

static const char cast_schema[] =
  "{\"type\":\"object\",\"properties\":{\"characters\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":50,"
  "\"items\":{\"type\":\"object\",\"properties\":{"
  "\"name\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":60},"
  "\"role\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":160}},"
  "\"required\":[\"name\",\"role\"],\"additionalProperties\":false}}},"
  "\"required\":[\"characters\"],\"additionalProperties\":false}";

#define SHEET_FIELD(name, length) \
  "\"" name "\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":" length "}"

static const char sheet_schema[] =
  "{\"type\":\"object\",\"properties\":{" SHEET_FIELD ("name", "60") "," SHEET_FIELD ("role", "160") ","
  SHEET_FIELD ("description", "600") "," SHEET_FIELD ("appearance", "400") ","
  SHEET_FIELD ("voice", "300") "," SHEET_FIELD ("goal", "300") "," SHEET_FIELD ("secret", "300") "},"
  "\"required\":[\"name\",\"role\",\"description\",\"appearance\",\"voice\",\"goal\",\"secret\"],"
  "\"additionalProperties\":false}";

static const char system_words[] =
  "You invent characters for an interactive story. They are people with wants of their own, concrete and "
  "unlike each other, and they fit the setting. Answer with the JSON object that is asked for and nothing "
  "else, in the language of the brief.";

struct _SgCharacterForge
{
  GObject    parent_instance;

  SgAsker   *asker;
  char      *brief;
  char      *setting;
  GPtrArray *taken;
  guint      at_once;
  guint      span;

  SgForged  *forged;
  guint      count;
  gboolean   is_cast;

  /* The run that is under way. */
  GTask     *task;
  guint      n_running;
  guint      next;
  GError    *first_error;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgCharacterForge, sg_character_forge, G_TYPE_OBJECT)

/* One call for one character. */
typedef struct
{
  SgCharacterForge *forge;
  guint             position;
  gboolean          is_repair;
} Part;

static void start_more (SgCharacterForge *self);

static void
forged_clear (SgForged *forged)
{
  g_clear_pointer (&forged->name, g_free);
  g_clear_pointer (&forged->role, g_free);
  g_clear_pointer (&forged->sheet, json_object_unref);
  g_clear_pointer (&forged->error, g_free);
}

static void
sg_character_forge_finalize (GObject *object)
{
  SgCharacterForge *self = SG_CHARACTER_FORGE (object);

  for (guint i = 0; i < self->count; i++)
    forged_clear (&self->forged[i]);
  g_free (self->forged);
  g_clear_object (&self->asker);
  g_clear_pointer (&self->taken, g_ptr_array_unref);
  g_free (self->brief);
  g_free (self->setting);

  G_OBJECT_CLASS (sg_character_forge_parent_class)->finalize (object);
}

static void
sg_character_forge_class_init (SgCharacterForgeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_character_forge_finalize;

  /**
   * SgCharacterForge::changed:
   * @position: which of the characters, from 0
   */
  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
sg_character_forge_init (SgCharacterForge *self)
{
  self->at_once = AT_ONCE;
  self->taken = g_ptr_array_new_with_free_func (g_free);
}

/**
 * sg_character_forge_new:
 * @asker: what asks the model
 * @brief: what the characters are to be like
 * @count: how many there are to be, from 1 to %SG_FORGE_MAX
 *
 * Returns: (transfer full): a forge; nothing is asked yet
 */
SgCharacterForge *
sg_character_forge_new (SgAsker    *asker,
                        const char *brief,
                        guint       count)
{
  SgCharacterForge *self;

  g_return_val_if_fail (SG_IS_ASKER (asker), NULL);
  g_return_val_if_fail (brief != NULL, NULL);

  self = g_object_new (SG_TYPE_CHARACTER_FORGE, NULL);
  self->asker = g_object_ref (asker);
  self->brief = g_strdup (brief);
  self->count = CLAMP (count, 1, SG_FORGE_MAX);
  self->forged = g_new0 (SgForged, self->count);

  return self;
}

/**
 * sg_character_forge_get_asker:
 *
 * Returns: (transfer none): what asks the model: it says what is waited for, and warns
 */
SgAsker *
sg_character_forge_get_asker (SgCharacterForge *self)
{
  g_return_val_if_fail (SG_IS_CHARACTER_FORGE (self), NULL);

  return self->asker;
}

/**
 * sg_character_forge_set_at_once:
 * @at_once: how many calls may run side by side
 */
void
sg_character_forge_set_at_once (SgCharacterForge *self,
                                guint             at_once)
{
  g_return_if_fail (SG_IS_CHARACTER_FORGE (self));

  self->at_once = MAX (at_once, 1);
}

/**
 * sg_character_forge_set_setting:
 * @setting: (nullable): what the model is told of the story
 */
void
sg_character_forge_set_setting (SgCharacterForge *self,
                                const char       *setting)
{
  g_return_if_fail (SG_IS_CHARACTER_FORGE (self));

  g_free (self->setting);
  self->setting = g_strdup (setting);
}

/**
 * sg_character_forge_set_span:
 * @span: the span that those of the calls belong to
 */
void
sg_character_forge_set_span (SgCharacterForge *self,
                             guint             span)
{
  g_return_if_fail (SG_IS_CHARACTER_FORGE (self));

  self->span = span;
}

/**
 * sg_character_forge_add_taken:
 * @name: a name that somebody has already
 */
void
sg_character_forge_add_taken (SgCharacterForge *self,
                              const char       *name)
{
  g_return_if_fail (SG_IS_CHARACTER_FORGE (self));
  g_return_if_fail (name != NULL);

  g_ptr_array_add (self->taken, g_utf8_casefold (name, -1));
}

/**
 * sg_character_forge_add_cast:
 * @world: the world that the characters are for
 * @scenario: (nullable): its scenario
 *
 * Keeps the names of all who are there already from being given again.
 */
void
sg_character_forge_add_cast (SgCharacterForge *self,
                             SgWorld          *world,
                             SgScenario       *scenario)
{
  g_auto (GStrv) cast = NULL;

  g_return_if_fail (SG_IS_CHARACTER_FORGE (self));
  g_return_if_fail (SG_IS_WORLD (world));

  cast = sg_cast_list (world, scenario);
  for (guint i = 0; cast[i] != NULL; i++)
    {
      const SgEntity *person = scenario != NULL ? sg_scenario_lookup (scenario, cast[i]) : NULL;
      const char *name = sg_world_get_string (world, cast[i], "name");

      if (name == NULL && person != NULL)
        name = sg_member_string (person->data, "name");
      sg_character_forge_add_taken (self, name != NULL ? name : cast[i]);
    }
}

/**
 * sg_character_forge_get_count:
 *
 * Returns: how many characters there are to be
 */
guint
sg_character_forge_get_count (SgCharacterForge *self)
{
  g_return_val_if_fail (SG_IS_CHARACTER_FORGE (self), 0);

  return self->count;
}

/**
 * sg_character_forge_get:
 * @position: which of them, from 0
 *
 * Returns: (transfer none) (nullable): how far it is
 */
const SgForged *
sg_character_forge_get (SgCharacterForge *self,
                        guint             position)
{
  g_return_val_if_fail (SG_IS_CHARACTER_FORGE (self), NULL);

  return position < self->count ? &self->forged[position] : NULL;
}

/**
 * sg_character_forge_get_n_done:
 *
 * Returns: how many are done
 */
guint
sg_character_forge_get_n_done (SgCharacterForge *self)
{
  guint n = 0;

  g_return_val_if_fail (SG_IS_CHARACTER_FORGE (self), 0);

  for (guint i = 0; i < self->count; i++)
    n += self->forged[i].state == SG_FORGE_DONE;

  return n;
}

static void
set_state (SgCharacterForge *self,
           guint             position,
           SgForgeState      state)
{
  self->forged[position].state = state;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0, position);
}

/* Whether somebody else has the name. */
static gboolean
is_taken (SgCharacterForge *self,
          guint             position,
          const char       *name)
{
  g_autofree char *folded = g_utf8_casefold (name, -1);

  if (g_ptr_array_find_with_equal_func (self->taken, folded, g_str_equal, NULL))
    return TRUE;

  for (guint i = 0; i < self->count; i++)
    {
      g_autofree char *other = NULL;

      if (i == position || self->forged[i].name == NULL)
        continue;
      other = g_utf8_casefold (self->forged[i].name, -1);
      if (g_str_equal (other, folded))
        return TRUE;
    }

  return FALSE;
}

static void
append_story (SgCharacterForge *self,
              GString          *words)
{
  if (self->setting != NULL)
    g_string_append_printf (words, "The story: %s\n\n", self->setting);
  g_string_append_printf (words, "The brief: %s\n\n", self->brief);
  if (self->taken->len > 0)
    {
      g_string_append (words, "These names are taken: ");
      for (guint i = 0; i < self->taken->len; i++)
        g_string_append_printf (words, "%s%s", i > 0 ? ", " : "",
                                (const char *) g_ptr_array_index (self->taken, i));
      g_string_append (words, "\n\n");
    }
}

static SgModelRequest *
make_part_request (SgCharacterForge *self,
                   guint             position,
                   const char       *fault)
{
  const SgForged *forged = &self->forged[position];
  g_autoptr (GString) words = g_string_new (NULL);
  SgModelRequest *request;

  append_story (self, words);
  if (self->count > 1)
    {
      g_string_append_printf (words, "There are %u characters:\n", self->count);
      for (guint i = 0; i < self->count; i++)
        if (self->forged[i].name != NULL)
          g_string_append_printf (words, "%u. %s: %s\n", i + 1, self->forged[i].name,
                                  self->forged[i].role);
      g_string_append_printf (words, "\nWrite character %u", position + 1);
    }
  else
    g_string_append (words, "Write the character");
  if (forged->name != NULL)
    g_string_append_printf (words, ", %s (%s)", forged->name, forged->role);
  g_string_append (words,
                   ": name, role (a few words), description (two or three sentences), appearance, "
                   "voice (how they speak), goal, and a secret.");
  if (fault != NULL)
    g_string_append_printf (words, "\n\nAn earlier answer could not be used: %s.", fault);

  request = sg_asker_make_request (SG_REQUEST_CHARACTER, system_words, words->str, sheet_schema);
  sg_model_request_set_cacheable (request, fault == NULL);

  return request;
}

/* Takes a sheet; FALSE with what is wrong with it. */
static gboolean
take_sheet (SgCharacterForge  *self,
            guint              position,
            const char        *answer,
            GError           **error)
{
  g_autoptr (JsonNode) node = sg_tool_answer_parse (answer, sheet_schema, error);
  SgForged *forged = &self->forged[position];
  const char *name;

  if (node == NULL)
    return FALSE;

  name = json_object_get_string_member (json_node_get_object (node), "name");
  if (is_taken (self, position, name))
    {
      g_set_error (error, SG_MODEL_ERROR, SG_MODEL_ERROR_GARBLED, "the name %s is taken", name);
      return FALSE;
    }

  forged_clear (forged);
  forged->name = g_strdup (name);
  forged->role = g_strdup (json_object_get_string_member (json_node_get_object (node), "role"));
  forged->sheet = json_node_dup_object (node);

  return TRUE;
}

static void
fail_part (SgCharacterForge *self,
           guint             position,
           GError           *error)
{
  SgForged *forged = &self->forged[position];

  g_free (forged->error);
  forged->error = g_strdup (error->domain == SG_MODEL_ERROR && error->code != SG_MODEL_ERROR_GARBLED
                              ? error->message
                              : _("The model did not answer in the form that was asked for."));
  if (self->first_error == NULL)
    self->first_error = g_error_copy (error);
  set_state (self, position, SG_FORGE_FAILED);
}

static void ask_part (SgCharacterForge *self,
                      guint             position,
                      const char       *fault);

/* Once more, with what was wrong; twice is enough. */
static void
repair_part (SgCharacterForge *self,
             guint             position,
             gboolean          is_repair,
             GError           *error)
{
  if (!is_repair && !g_cancellable_is_cancelled (g_task_get_cancellable (self->task)))
    ask_part (self, position, error->message);
  else
    fail_part (self, position, error);
}

static void
part_answered_cb (GObject      *object,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  Part *part = user_data;
  g_autoptr (SgCharacterForge) self = part->forge;
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = sg_asker_ask_finish (SG_ASKER (object), result, NULL, &error);
  guint position = part->position;
  gboolean is_repair = part->is_repair;

  g_free (part);
  self->n_running--;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    set_state (self, position, SG_FORGE_WAITING);
  else if (answer == NULL)
    fail_part (self, position, error);
  else if (take_sheet (self, position, answer, &error))
    set_state (self, position, SG_FORGE_DONE);
  else
    {
      sg_asker_reject (SG_ASKER (object), result);
      repair_part (self, position, is_repair, error);
    }

  start_more (self);
}

static void
ask_part (SgCharacterForge *self,
          guint             position,
          const char       *fault)
{
  g_autoptr (SgModelRequest) request = make_part_request (self, position, fault);
  const char *name = self->forged[position].name;
  Part *part = g_new0 (Part, 1);

  part->forge = g_object_ref (self);
  part->position = position;
  part->is_repair = fault != NULL;
  self->n_running++;
  set_state (self, position, SG_FORGE_RUNNING);
  sg_asker_ask_async (self->asker, request, name != NULL ? name : "character", self->span, NULL,
                      NULL, g_task_get_cancellable (self->task), part_answered_cb, part);
}

static void
end_run (SgCharacterForge *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);
  g_autoptr (GError) error = g_steal_pointer (&self->first_error);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (sg_character_forge_get_n_done (self) == 0 && error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

/* Starts what there is a place for; ends the run when nothing is left. */
static void
start_more (SgCharacterForge *self)
{
  gboolean stopped = g_cancellable_is_cancelled (g_task_get_cancellable (self->task));

  while (!stopped && self->n_running < self->at_once && self->next < self->count)
    {
      if (self->forged[self->next].state == SG_FORGE_WAITING)
        ask_part (self, self->next, NULL);
      self->next++;
    }

  if (self->n_running == 0)
    end_run (self);
}

static void
take_cast (SgCharacterForge *self,
           JsonArray        *characters)
{
  guint n = MIN (self->count, json_array_get_length (characters));

  for (guint i = 0; i < n; i++)
    {
      JsonObject *character = json_array_get_object_element (characters, i);
      const char *name = json_object_get_string_member (character, "name");

      if (self->forged[i].name != NULL || is_taken (self, i, name))
        continue;
      self->forged[i].name = g_strdup (name);
      self->forged[i].role = g_strdup (json_object_get_string_member (character, "role"));
      set_state (self, i, self->forged[i].state);
    }
}

static void
cast_answered_cb (GObject      *object,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (SgCharacterForge) self = user_data;
  g_autofree char *answer = sg_asker_ask_finish (SG_ASKER (object), result, NULL, NULL);
  g_autoptr (JsonNode) node = answer != NULL ? sg_tool_answer_parse (answer, cast_schema, NULL) : NULL;

  /* Without it the characters are less of a cast, but they are characters all the same. */
  if (node != NULL)
    take_cast (self, json_object_get_array_member (json_node_get_object (node), "characters"));
  else if (answer != NULL)
    sg_asker_reject (SG_ASKER (object), result);
  self->is_cast = node != NULL;
  start_more (self);
}

static void
ask_cast (SgCharacterForge *self)
{
  g_autoptr (GString) words = g_string_new (NULL);
  g_autoptr (SgModelRequest) request = NULL;

  append_story (self, words);
  g_string_append_printf (words, "Cast %u characters: for each a name, and the role in a few words.",
                          self->count);
  request = sg_asker_make_request (SG_REQUEST_CHARACTER, system_words, words->str, cast_schema);
  sg_model_request_set_max_tokens (request, 60 + 30 * (int) self->count);
  sg_model_request_set_cacheable (request, TRUE);
  sg_asker_ask_async (self->asker, request, "cast", self->span, NULL, NULL,
                      g_task_get_cancellable (self->task), cast_answered_cb, g_object_ref (self));
}

/**
 * sg_character_forge_run_async:
 * @cancellable: (nullable): stops it; what is done stays
 * @callback: called at the end
 * @user_data: data for @callback
 *
 * Makes the characters that are not done yet: all of them at first, those that failed after that.
 */
void
sg_character_forge_run_async (SgCharacterForge    *self,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_return_if_fail (SG_IS_CHARACTER_FORGE (self));
  g_return_if_fail (self->task == NULL);

  self->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->task, sg_character_forge_run_async);
  self->next = 0;
  for (guint i = 0; i < self->count; i++)
    if (self->forged[i].state == SG_FORGE_FAILED)
      set_state (self, i, SG_FORGE_WAITING);

  if (self->count > 1 && !self->is_cast)
    ask_cast (self);
  else
    start_more (self);
}

/**
 * sg_character_forge_run_finish:
 * @result: what the callback was given
 * @error: return location for an %SG_MODEL_ERROR where none could be made, or %G_IO_ERROR_CANCELLED
 *
 * Returns: whether any is done
 */
gboolean
sg_character_forge_run_finish (SgCharacterForge  *self,
                               GAsyncResult      *result,
                               GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, sg_character_forge_run_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
