/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <string.h>

#include <glib.h>

G_BEGIN_DECLS

/* A pull reader for JSON (RFC 8259) that allocates nothing and copies nothing: a stream brings tens of
 * thousands of small documents a second, and a tree of each would cost more than all the rest.
 *
 * It accepts exactly the grammar of the RFC, down to SG_JSON_MAX_DEPTH levels, with one exception: the
 * bytes of strings need not be valid UTF-8, since a server may split a character over two documents. */

#define SG_JSON_MAX_DEPTH 64

/**
 * SgJsonToken:
 * @SG_JSON_ERROR: the text is no JSON; it stays at this
 * @SG_JSON_END: the document is complete and nothing but white space follows
 * @SG_JSON_KEY: the name of a member; its value is the next token
 */
typedef enum
{
  SG_JSON_ERROR,
  SG_JSON_END,
  SG_JSON_OBJECT_BEGIN,
  SG_JSON_OBJECT_END,
  SG_JSON_ARRAY_BEGIN,
  SG_JSON_ARRAY_END,
  SG_JSON_KEY,
  SG_JSON_STRING,
  SG_JSON_NUMBER,
  SG_JSON_TRUE,
  SG_JSON_FALSE,
  SG_JSON_NULL,
} SgJsonToken;

/**
 * SgJsonScanner:
 * @token: the last token
 * @raw: of a key, string or number: its bytes in the document, without quotes, escapes as they are
 * @raw_length: the length of @raw
 *
 * Plain data: a copy of the structure is a bookmark.  The document has to outlive it.
 */
typedef struct
{
  SgJsonToken token;
  const char *raw;
  gsize       raw_length;

  /*< private >*/
  const char *at;
  const char *end;
  guint64     objects;
  guint8      depth;
  guint8      expect;
  gboolean    escaped;
} SgJsonScanner;

void        sg_json_scanner_init        (SgJsonScanner *self,
                                         const char    *data,
                                         gsize          length);
SgJsonToken sg_json_scanner_next        (SgJsonScanner *self);
gboolean    sg_json_scanner_skip        (SgJsonScanner *self);
gboolean    sg_json_scanner_skip_raw    (SgJsonScanner *self,
                                         const char   **start,
                                         gsize         *length);
gboolean    sg_json_scanner_is_escaped  (SgJsonScanner *self,
                                         const char    *text);
void        sg_json_scanner_append_text (SgJsonScanner *self,
                                         GString       *into);
gint64      sg_json_scanner_get_int     (SgJsonScanner *self,
                                         gint64         fallback);
double      sg_json_scanner_get_double  (SgJsonScanner *self,
                                         double         fallback);
gboolean    sg_json_is_plain            (const char    *text,
                                         gsize          length);

/**
 * sg_json_scanner_is:
 * @text: what to compare with
 *
 * It is asked dozens of times a chunk, mostly with constants whose length the compiler knows.
 *
 * Returns: whether the last token is a key or string that reads @text
 */
static inline gboolean
sg_json_scanner_is (SgJsonScanner *self,
                    const char    *text)
{
  if (self->token != SG_JSON_KEY && self->token != SG_JSON_STRING)
    return FALSE;
  if (G_UNLIKELY (self->escaped))
    return sg_json_scanner_is_escaped (self, text);

  return self->raw_length == strlen (text) && memcmp (self->raw, text, self->raw_length) == 0;
}

G_END_DECLS
