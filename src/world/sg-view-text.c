/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Texts of a scenario: variants, conditions, languages, and what stands in
 * braces.  What is chosen by chance is remembered by a hash of its words, so
 * that the same sentence does not come twice in a row; the memory is handed to the
 * world as a fact, and therefore undone and branched like everything else.
 */

#include "config.h"

#include "world/sg-view-private.h"

#include <string.h>

/* Rules may use rules, and conditions stand in texts; a circle ends here. */
#define MAX_DEPTH 12
/* A text whose rules double it at each level ends here. */
#define MAX_TEXT 32768

static void render_into (SgView   *self,
                         JsonNode *text,
                         GString  *out);
static void substitute_into (SgView     *self,
                             const char *text,
                             gsize       length,
                             GString    *out);

static JsonNode *
choose_language (SgView     *self,
                 JsonObject *object)
{
  JsonNode *node = sg_member (object, self->language);
  g_autoptr (GList) members = NULL;

  if (node == NULL && strlen (self->language) > 2)
    {
      g_autofree char *plain = g_strndup (self->language, strcspn (self->language, "-_"));

      node = sg_member (object, plain);
    }
  if (node == NULL)
    node = sg_member (object, sg_scenario_get_language (self->scenario));
  if (node != NULL)
    return node;

  members = json_object_get_members (object);

  return members != NULL ? sg_member (object, members->data) : NULL;
}

/* What an entry says if it holds; NULL if it says nothing. */
static JsonNode *
settle (SgView   *self,
        JsonNode *entry)
{
  for (guint i = 0; i < MAX_DEPTH && entry != NULL && JSON_NODE_HOLDS_OBJECT (entry); i++)
    {
      JsonObject *object = json_node_get_object (entry);

      if (sg_object_is_languages (object))
        entry = choose_language (self, object);
      else if (sg_view_holds (self, sg_member (object, "if")))
        entry = sg_member (object, "text");
      else
        entry = sg_member (object, "else");
    }

  return entry;
}

static guint32
hash_entry (JsonNode *entry)
{
  const char *text = sg_node_string (entry);

  if (text != NULL)
    return g_str_hash (text) & 0xffffff;

  if (JSON_NODE_HOLDS_ARRAY (entry) && json_array_get_length (json_node_get_array (entry)) > 0)
    return hash_entry (json_array_get_element (json_node_get_array (entry), 0)) ^ 0x5555;

  return 0;
}

/* How long ago an entry was used: larger is longer; the largest where it was not. */
static guint
age_of (SgView  *self,
        guint32  hash)
{
  for (guint i = 0; i < self->recent->len; i++)
    {
      if (g_array_index (self->recent, guint32, self->recent->len - 1 - i) == hash)
        return i;
    }

  return G_MAXUINT;
}

static void
note_used (SgView  *self,
           guint32  hash)
{
  guint age = age_of (self, hash);

  if (age != G_MAXUINT)
    g_array_remove_index (self->recent, self->recent->len - 1 - age);
  else if (self->recent->len >= SG_VIEW_RECENT)
    g_array_remove_index (self->recent, 0);
  g_array_append_val (self->recent, hash);
}

/* One of the entries that hold: by chance among those not used lately, or the one used longest ago. */
static JsonNode *
choose_variant (SgView    *self,
                JsonArray *array)
{
  g_autoptr (GPtrArray) fresh = g_ptr_array_new ();
  JsonNode *oldest = NULL;
  guint oldest_age = 0;
  guint n_entries = 0;

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *entry = settle (self, json_array_get_element (array, i));
      guint age;

      if (entry == NULL)
        continue;

      n_entries++;
      age = age_of (self, hash_entry (entry));
      if (age == G_MAXUINT)
        g_ptr_array_add (fresh, entry);
      if (oldest == NULL || age > oldest_age)
        {
          oldest = entry;
          oldest_age = age;
        }
    }

  if (fresh->len > 0)
    oldest = g_ptr_array_index (fresh, sg_view_random (self, fresh->len));
  if (oldest != NULL && n_entries > 1)
    note_used (self, hash_entry (oldest));

  return oldest;
}

static void
render_into (SgView   *self,
             JsonNode *text,
             GString  *out)
{
  const char *string;

  if (self->depth > MAX_DEPTH || out->len > MAX_TEXT)
    return;

  self->depth++;
  text = text != NULL ? settle (self, text) : NULL;
  if (text != NULL && JSON_NODE_HOLDS_ARRAY (text))
    render_into (self, choose_variant (self, json_node_get_array (text)), out);
  else if ((string = sg_node_string (text)) != NULL)
    substitute_into (self, string, strlen (string), out);
  self->depth--;
}

static void
append_capital (GString    *out,
                const char *text,
                gboolean    capital)
{
  if (capital && text[0] != '\0')
    {
      g_string_append_unichar (out, g_unichar_toupper (g_utf8_get_char (text)));
      text = g_utf8_next_char (text);
    }

  g_string_append (out, text);
}

static char *
lower_first (const char *text)
{
  char *lower = g_strdup (text);

  lower[0] = g_ascii_tolower (lower[0]);

  return lower;
}

/* `{lit}` of a world: what the fact says. */
static void
append_fact (SgView     *self,
             const char *name,
             const char *dot,
             GString    *out)
{
  g_autofree char *entity = g_strndup (name, dot - name);
  JsonNode *value = self->world != NULL ? sg_world_get (self->world, entity, dot + 1) : NULL;
  const char *word = sg_node_string (value);
  const SgEntity *named = word != NULL ? sg_scenario_lookup (self->scenario, word) : NULL;

  if (named != NULL)
    {
      g_autofree char *called = sg_view_dup_name (self, word, SG_NAME_DEFINITE);

      g_string_append (out, called);
    }
  else if (word != NULL)
    g_string_append (out, word);
  else if (value != NULL && JSON_NODE_HOLDS_VALUE (value))
    g_string_append_printf (out, "%" G_GINT64_FORMAT, json_node_get_int (value));
  else
    g_string_append_c (out, '0');
}

static void
append_name (SgView     *self,
             const char *id,
             SgNameForm  form,
             gboolean    capital,
             GString    *out)
{
  const char *var = g_hash_table_lookup (self->vars, id);
  g_autofree char *id_var = g_strconcat (id, ":id", NULL);
  const char *real = g_hash_table_lookup (self->vars, id_var);
  g_autofree char *name = NULL;

  /* `{a thing}` and `{she person}` speak of what the action is done to. */
  if (real == NULL && var != NULL)
    name = g_strdup (var);
  else
    name = sg_view_dup_name (self, real != NULL ? real : id, form);

  append_capital (out, name, capital);
}

/* `{a lamp}`, `{name lamp}`, `{she mira}`. */
static gboolean
append_with_form (SgView     *self,
                  const char *form,
                  const char *id,
                  GString    *out)
{
  g_autofree char *lower = lower_first (form);
  g_autofree char *id_var = g_strconcat (id, ":id", NULL);
  const char *real = g_hash_table_lookup (self->vars, id_var);
  gboolean capital = g_ascii_isupper (form[0]);

  real = real != NULL ? real : id;
  if (g_str_equal (lower, "a") || g_str_equal (lower, "an"))
    append_name (self, id, SG_NAME_INDEFINITE, capital, out);
  else if (g_str_equal (lower, "the"))
    append_name (self, id, SG_NAME_DEFINITE, capital, out);
  else if (g_str_equal (lower, "name"))
    append_name (self, id, SG_NAME_BARE, capital, out);
  else if (g_str_equal (lower, "she") || g_str_equal (lower, "he") || g_str_equal (lower, "they"))
    append_capital (out, sg_view_get_pronoun (self, real, SG_PRONOUN_SUBJECT), capital);
  else if (g_str_equal (lower, "her") || g_str_equal (lower, "him") || g_str_equal (lower, "them"))
    append_capital (out, sg_view_get_pronoun (self, real, SG_PRONOUN_OBJECT), capital);
  else if (g_str_equal (lower, "hers") || g_str_equal (lower, "his") || g_str_equal (lower, "their"))
    append_capital (out, sg_view_get_pronoun (self, real, SG_PRONOUN_POSSESSIVE), capital);
  else if (g_str_equal (lower, "is"))
    append_capital (out, sg_view_is_plural (self, real) ? "are" : "is", capital);
  else
    return FALSE;

  return TRUE;
}

/* The bar that parts the two sides of `{?cond:yes|no}`; braces inside count. */
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
append_conditional (SgView     *self,
                    const char *text,
                    const char *end,
                    GString    *out)
{
  const char *colon = find_at_level (text, end, ':');
  g_autofree char *condition = NULL;
  const char *bar;

  if (colon == NULL)
    return;

  condition = g_strndup (text, colon - text);
  bar = find_at_level (colon + 1, end, '|');
  if (sg_view_holds_text (self, condition))
    substitute_into (self, colon + 1, (bar != NULL ? bar : end) - colon - 1, out);
  else if (bar != NULL)
    substitute_into (self, bar + 1, end - bar - 1, out);
}

static void
append_named (SgView     *self,
              const char *name,
              GString    *out)
{
  g_autofree char *lower = lower_first (name);
  gboolean capital = g_ascii_isupper (name[0]);
  const char *space = strchr (name, ' ');
  const char *dot = strchr (name, '.');
  const char *var = g_hash_table_lookup (self->vars, lower);
  JsonNode *rule;

  if (space != NULL)
    {
      g_autofree char *form = g_strndup (name, space - name);

      if (!append_with_form (self, form, space + 1, out))
        g_string_append (out, name);
    }
  else if (var != NULL)
    append_capital (out, var, capital);
  else if (dot != NULL)
    append_fact (self, name, dot, out);
  else if (g_str_equal (lower, "place"))
    append_name (self, sg_view_get_place (self) != NULL ? sg_view_get_place (self) : "place",
                 SG_NAME_DEFINITE, capital, out);
  else if ((rule = sg_view_get_rule (self, lower)) != NULL)
    {
      g_autoptr (GString) part = g_string_new (NULL);

      render_into (self, rule, part);
      append_capital (out, part->str, capital);
    }
  else if (sg_scenario_lookup (self->scenario, lower) != NULL)
    append_name (self, lower, SG_NAME_DEFINITE, capital, out);
}

static void
append_braces (SgView     *self,
               const char *text,
               const char *end,
               GString    *out)
{
  if (*text == '?')
    {
      append_conditional (self, text + 1, end, out);
    }
  else
    {
      g_autofree char *name = g_strndup (text, end - text);

      append_named (self, name, out);
    }
}

static void
substitute_into (SgView     *self,
                 const char *text,
                 gsize       length,
                 GString    *out)
{
  const char *end = text + length;

  if (self->depth > MAX_DEPTH || out->len > MAX_TEXT)
    return;

  self->depth++;
  while (text < end)
    {
      const char *open = memchr (text, '{', end - text);
      const char *close = open != NULL ? find_at_level (open + 1, end, '}') : NULL;

      if (close == NULL)
        {
          g_string_append_len (out, text, end - text);
          break;
        }

      g_string_append_len (out, text, open - text);
      append_braces (self, open + 1, close, out);
      text = close + 1;
    }
  self->depth--;
}

/**
 * sg_view_render:
 * @text: (nullable): a text of the scenario
 *
 * Returns: (transfer full): what it says here and now; empty where it says nothing
 */
char *
sg_view_render (SgView   *self,
                JsonNode *text)
{
  GString *out = g_string_new (NULL);

  render_into (self, text, out);

  return g_string_free (out, FALSE);
}

/**
 * sg_view_substitute:
 * @text: words with braces
 *
 * Returns: (transfer full): the words with what stands for the braces
 */
char *
sg_view_substitute (SgView     *self,
                    const char *text)
{
  GString *out = g_string_new (NULL);

  substitute_into (self, text, strlen (text), out);

  return g_string_free (out, FALSE);
}
