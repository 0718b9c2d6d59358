/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-model.h"

G_BEGIN_DECLS

/* Text that comes from a server is shown in at most this many characters. */
#define SG_FOREIGN_TEXT_MAX 300

/**
 * SgErrorContext:
 * @server: the address as the player knows it, without anything secret
 * @model: (nullable): the model that was asked for
 * @secret: (nullable): the key, which must never show up in a message
 *
 * What an error message speaks about.
 */
typedef struct
{
  const char *server;
  const char *model;
  const char *secret;
} SgErrorContext;

char   *sg_foreign_text_clean       (const char           *text,
                                     gssize                length,
                                     const char           *secret) G_GNUC_WARN_UNUSED_RESULT;

GError *sg_model_error_from_io      (const SgErrorContext *context,
                                     const GError         *error) G_GNUC_WARN_UNUSED_RESULT;
GError *sg_model_error_from_status  (const SgErrorContext *context,
                                     guint                 status,
                                     const char           *body,
                                     gsize                 length,
                                     const char           *retry_after,
                                     const char           *location) G_GNUC_WARN_UNUSED_RESULT;
GError *sg_model_error_from_stream  (const SgErrorContext *context,
                                     const char           *json,
                                     gsize                 length) G_GNUC_WARN_UNUSED_RESULT;
GError *sg_model_error_web_page     (const SgErrorContext *context) G_GNUC_WARN_UNUSED_RESULT;

int     sg_model_error_get_status      (const GError      *error);
gint64  sg_model_error_get_retry_after (const GError      *error);
gboolean sg_model_error_is_lasting     (const GError      *error);
gboolean sg_model_error_get_context    (const GError      *error,
                                        gint64            *n_prompt,
                                        gint64            *n_context);
const char *sg_model_error_get_name    (const GError      *error);

G_END_DECLS
