/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/sg-connection.h"
#include "store/sg-records.h"

G_BEGIN_DECLS

/* A memory that was found, and how well it matches. */
typedef struct
{
  gint64 id;
  double score;
} SgMemoryMatch;

/* (element-type SgMemoryMatch): best first. */
GArray    *sg_memories_match_words   (SgConnection  *connection,
                                      const SgPath  *path,
                                      const char    *words,
                                      guint          limit,
                                      GError       **error) G_GNUC_WARN_UNUSED_RESULT;
GArray    *sg_memories_match_meaning (SgConnection  *connection,
                                      const SgPath  *path,
                                      const char    *model,
                                      GBytes        *vector,
                                      guint          limit,
                                      GError       **error) G_GNUC_WARN_UNUSED_RESULT;
/* (element-type SgMemoryRow): the memories of the first @limit matches. */
GPtrArray *sg_memories_read_matches  (SgConnection  *connection,
                                      GArray        *matches,
                                      guint          limit,
                                      GError       **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
