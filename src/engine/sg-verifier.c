/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hands a turn to one rule after the other. */

#include "config.h"

#include "engine/sg-verifier-private.h"

#include <glib/gi18n-lib.h>

SgFinding *
sg_finding_new (const char *rule,
                const char *message,
                const char *quote,
                gboolean    critical)
{
  SgFinding *self = g_new0 (SgFinding, 1);

  self->rule = g_strdup (rule);
  self->message = g_strdup (message);
  self->quote = g_strdup (quote);
  self->critical = critical;

  return self;
}

void
sg_finding_free (SgFinding *self)
{
  g_free (self->rule);
  g_free (self->message);
  g_free (self->quote);
  g_free (self);
}

/**
 * sg_finding_dup_sentence:
 *
 * Returns: (transfer full): what is wrong, with the words that it is about, as one line
 */
char *
sg_finding_dup_sentence (const SgFinding *self)
{
  char *sentence = self->quote != NULL && *self->quote != '\0'
                     ? g_strdup_printf (_("%s “%s”"), self->message, self->quote)
                     : g_strdup (self->message);

  return g_strdelimit (sentence, "\r\n", ' ');
}

void
sg_verification_add (SgVerification *self,
                     const char     *rule,
                     const char     *message,
                     const char     *quote,
                     gboolean        critical)
{
  g_ptr_array_add (self->findings, sg_finding_new (rule, message, quote, critical));
}

static gboolean
knows_language (const char *language)
{
  return language == NULL || g_str_equal (language, "en") || g_str_has_prefix (language, "en-")
         || g_str_has_prefix (language, "en_");
}

static SgView *
make_view (const SgTold *told,
           SgWorld      *world)
{
  return told->scenario != NULL && world != NULL
           ? sg_view_new (told->scenario, world, told->language, 0)
           : NULL;
}

/**
 * sg_verifier_check:
 * @told: a turn that was told
 * @tongue: (out) (optional) (transfer none): what it is written in, a static text; empty where that cannot be said
 *
 * Looks for what cannot be right.
 *
 * Returns: (transfer full) (element-type SgFinding): what was found, by rule; mostly nothing
 */
GPtrArray *
sg_verifier_check (const SgTold  *told,
                   const char   **tongue)
{
  SgVerification self = { .told = told };

  g_return_val_if_fail (told != NULL && told->text != NULL, NULL);

  self.words = sg_told_words_new (told->text);
  self.input = sg_told_words_new (told->input != NULL ? told->input : "");
  self.before = make_view (told, told->before);
  self.after = make_view (told, told->after);
  self.findings = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_finding_free);

  sg_verify_language (&self);
  /* Who reads another language than that of the text finds nothing in it, or anything. */
  if (self.findings->len == 0 && knows_language (told->language))
    {
      sg_verify_people (&self);
      sg_verify_not_held (&self);
      sg_verify_spoken_for (&self);
    }
  sg_verify_repeats (&self);
  sg_verify_cut_off (&self);

  g_clear_pointer (&self.before, sg_view_free);
  g_clear_pointer (&self.after, sg_view_free);
  sg_told_words_free (self.words);
  sg_told_words_free (self.input);

  if (tongue != NULL)
    *tongue = self.tongue;

  return self.findings;
}

/**
 * sg_verifier_get_critical:
 * @findings: (element-type SgFinding): what was found
 *
 * Returns: (transfer none) (nullable): the first that is critical
 */
const SgFinding *
sg_verifier_get_critical (GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++)
    {
      const SgFinding *finding = g_ptr_array_index (findings, i);

      if (finding->critical)
        return finding;
    }

  return NULL;
}
