/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Server-sent events, as https://html.spec.whatwg.org/multipage/server-sent-events.html has them. */

#define SG_SSE_MAX_LINE  ((gsize) 1024 * 1024)
#define SG_SSE_MAX_EVENT ((gsize) 4 * 1024 * 1024)

/**
 * SgSseFunc:
 * @type: the type of the event; `message` where it has none
 * @data: its data, which ends with no NUL
 * @length: the length of @data in bytes
 *
 * Returns: %FALSE to stop
 */
typedef gboolean (*SgSseFunc) (const char *type,
                               const char *data,
                               gsize       length,
                               gpointer    user_data);

typedef struct _SgSseParser SgSseParser;

SgSseParser *sg_sse_parser_new         (SgSseFunc    func,
                                        gpointer     user_data) G_GNUC_WARN_UNUSED_RESULT;
void         sg_sse_parser_free        (SgSseParser *self);
gboolean     sg_sse_parser_feed        (SgSseParser *self,
                                        const char  *data,
                                        gsize        length);
gboolean     sg_sse_parser_finish      (SgSseParser *self);
gboolean     sg_sse_parser_is_too_long (SgSseParser *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgSseParser, sg_sse_parser_free)

G_END_DECLS
