/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-word-kinds.h"

G_BEGIN_DECLS

/**
 * SgToldWord:
 * @folded: the word in small letters, composed, with straight apostrophes; the same string wherever the word comes again
 * @hash: a number made from @folded, the same in all texts
 * @kinds: what is known of the word: a bit for each #SgWordKind
 * @start: where it begins in the text, in bytes, and
 * @end: where it ends
 * @sentence: the number of its sentence, from 0
 * @paragraph: the number of its paragraph, from 0
 * @quote: the number of the speech that it is part of, from 1; 0 for the narration
 * @opens: whether it is the first of the narration in its sentence
 * @after_quote: the number of the speech that ends right before it, or 0
 */
typedef struct
{
  const char *folded;
  guint64     hash;
  guint32     kinds;
  guint       start;
  guint       end;
  guint       sentence;
  guint       paragraph;
  guint       quote;
  gboolean    opens;
  guint       after_quote;
} SgToldWord;

/**
 * SgToldWords:
 * @words: (array length=n_words): the words as they come
 * @n_words: how many
 * @n_distinct: how many different ones
 * @n_quotes: how many speeches
 * @kinds: the kinds of all of them together
 * @is_ascii: whether no word has a letter beyond ASCII
 *
 * A text as words: which sentence they belong to, and whether someone says them.
 */
typedef struct
{
  SgToldWord   *words;
  guint         n_words;
  guint         n_distinct;
  guint         n_quotes;
  guint32       kinds;
  gboolean      is_ascii;

  /*< private >*/
  char         *text;
  char         *folded;
  GStringChunk *others;
  guint        *slots;
  guint         mask;
} SgToldWords;

/* More than that of a text is not looked at, in bytes. */
#define SG_TOLD_WORDS_MAX 65536

SgToldWords      *sg_told_words_new       (const char        *text) G_GNUC_WARN_UNUSED_RESULT;
void              sg_told_words_free      (SgToldWords       *self);
const SgToldWord *sg_told_words_get       (const SgToldWords *self,
                                           guint              position);
gboolean          sg_told_words_is        (const SgToldWords *self,
                                           guint              position,
                                           SgWordKind         kind);
gboolean          sg_told_words_contain   (const SgToldWords *self,
                                           SgWordKind         kind);
gboolean          sg_told_words_have_word (const SgToldWords *self,
                                           const SgToldWord  *word);
gboolean          sg_told_words_have      (const SgToldWords *self,
                                           const SgToldWords *name);
gboolean          sg_told_words_match     (const SgToldWords *self,
                                           guint              position,
                                           const SgToldWords *name);
gboolean          sg_told_words_mention   (const SgToldWords *self,
                                           const SgToldWords *name);
char             *sg_told_words_dup_range (const SgToldWords *self,
                                           guint              first,
                                           guint              last) G_GNUC_WARN_UNUSED_RESULT;
char             *sg_told_words_dup_sentence (const SgToldWords *self,
                                           guint              position) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgToldWords, sg_told_words_free)

G_END_DECLS
