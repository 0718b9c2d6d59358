/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "world/sg-view-private.h"

#include <string.h>

typedef enum
{
  HE,
  SHE,
  THEY,
  IT,
  YOU,
} Gender;

static Gender
get_gender (SgView     *self,
            const char *id)
{
  const SgEntity *entity = sg_scenario_lookup (self->scenario, id);
  const char *pronoun;

  if (g_strcmp0 (id, "player") == 0)
    return YOU;
  if (entity == NULL)
    return IT;

  pronoun = sg_member_string (entity->data, "pronoun");
  if (pronoun == NULL)
    {
      if (entity->kind == SG_ENTITY_PERSON || sg_member_boolean (entity->data, "plural", FALSE))
        return THEY;
      return IT;
    }

  if (g_str_equal (pronoun, "she"))
    return SHE;
  if (g_str_equal (pronoun, "he"))
    return HE;

  return g_str_equal (pronoun, "they") ? THEY : IT;
}

/**
 * sg_view_get_pronoun:
 * @id: who or what
 *
 * Returns: `she`, `her` or `her`, and so on
 */
const char *
sg_view_get_pronoun (SgView        *self,
                     const char    *id,
                     SgPronounForm  form)
{
  static const char *const pronouns[][3] = {
    { "he", "him", "his" }, { "she", "her", "her" }, { "they", "them", "their" },
    { "it", "it", "its" },  { "you", "you", "your" },
  };

  return pronouns[get_gender (self, id)][form];
}

gboolean
sg_view_is_plural (SgView     *self,
                   const char *id)
{
  const SgEntity *entity = sg_scenario_lookup (self->scenario, id);

  return entity != NULL && (sg_member_boolean (entity->data, "plural", FALSE)
                            || g_strcmp0 (sg_member_string (entity->data, "pronoun"), "they") == 0);
}

static gboolean
starts_with_vowel (const char *name)
{
  static const char *const silent[] = { "hour", "honest", "heir", "honour" };
  static const char *const spoken[] = { "uni", "use", "one", "euro", "ewe" };

  for (guint i = 0; i < G_N_ELEMENTS (silent); i++)
    {
      if (g_ascii_strncasecmp (name, silent[i], strlen (silent[i])) == 0)
        return TRUE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (spoken); i++)
    {
      if (g_ascii_strncasecmp (name, spoken[i], strlen (spoken[i])) == 0)
        return FALSE;
    }

  return strchr ("aeiouAEIOU", name[0]) != NULL;
}

/* A name that begins with a capital or with an article stands alone. */
static gboolean
is_proper (const char *name)
{
  return g_unichar_isupper (g_utf8_get_char (name))
         || g_str_has_prefix (name, "the ") || g_str_has_prefix (name, "your ")
         || g_str_has_prefix (name, "a ") || g_str_has_prefix (name, "an ");
}

static const char *
get_article (const SgEntity *entity,
             const char     *name,
             SgNameForm      form)
{
  const char *article = sg_member_string (entity->data, "article");

  if (form == SG_NAME_BARE || entity->kind == SG_ENTITY_PLACE)
    return "";
  if (article != NULL && article[0] == '\0')
    return "";
  if (article == NULL && is_proper (name))
    return "";
  if (form == SG_NAME_DEFINITE)
    return "the";
  if (article != NULL)
    return article;
  if (sg_member_boolean (entity->data, "plural", FALSE))
    return "some";

  return starts_with_vowel (name) ? "an" : "a";
}

static const char *
strip_article (const char *name)
{
  static const char *const articles[] = { "the ", "The ", "a ", "an " };

  for (guint i = 0; i < G_N_ELEMENTS (articles); i++)
    {
      if (g_str_has_prefix (name, articles[i]))
        return name + strlen (articles[i]);
    }

  return name;
}

/**
 * sg_view_dup_name:
 * @id: a place, person, thing or deity; or `player`
 *
 * Returns: (transfer full): the name with the article that @form asks for
 */
char *
sg_view_dup_name (SgView     *self,
                  const char *id,
                  SgNameForm  form)
{
  const SgEntity *entity = sg_scenario_lookup (self->scenario, id);
  g_autofree char *name = NULL;
  const char *article;

  if (g_strcmp0 (id, "player") == 0)
    return g_strdup ("you");
  if (entity == NULL)
    return g_strdup (id);

  name = sg_view_render (self, sg_member (entity->data, "name"));
  if (form == SG_NAME_BARE)
    return g_strdup (strip_article (name));

  article = get_article (entity, name, form);
  if (article[0] == '\0')
    return g_steal_pointer (&name);

  return g_strconcat (article, " ", name, NULL);
}
