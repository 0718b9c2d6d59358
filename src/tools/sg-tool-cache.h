/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* How many results are kept; those that were asked for longest ago go first. */
#define SG_TOOL_CACHE_SIZE 256

/**
 * SgToolCacheFigures:
 * @hits: calls that were answered by an earlier one
 * @misses: calls that had to be made
 * @saved_us: what the calls that gave the answers had taken, less what it took to find them; microseconds
 */
typedef struct
{
  guint  hits;
  guint  misses;
  gint64 saved_us;
} SgToolCacheFigures;

/**
 * SgToolCache:
 *
 * The results of reads, for the turns of one story.
 *
 * What it holds is what the reads give at one place of the story: at the turn that the running one follows.
 * A running turn says what it writes with sg_tool_cache_note_write(), and finds nothing any more that this
 * touches; when it has committed, sg_tool_cache_end() forgets that for good and moves on to it.  A turn that begins
 * somewhere else finds nothing at all.
 */
#define SG_TYPE_TOOL_CACHE (sg_tool_cache_get_type ())

G_DECLARE_FINAL_TYPE (SgToolCache, sg_tool_cache, SG, TOOL_CACHE, GObject)

SgToolCache *sg_tool_cache_new         (void) G_GNUC_WARN_UNUSED_RESULT;

void         sg_tool_cache_begin       (SgToolCache         *self,
                                        gint64               branch,
                                        gint64               depth,
                                        gint64               late);
void         sg_tool_cache_note_write  (SgToolCache         *self,
                                        const char * const  *keys);
void         sg_tool_cache_end         (SgToolCache         *self,
                                        gint64               branch,
                                        gint64               depth);
void         sg_tool_cache_clear       (SgToolCache         *self);

JsonNode    *sg_tool_cache_lookup      (SgToolCache         *self,
                                        const char          *tool,
                                        const char          *call,
                                        gint64               asked_us,
                                        gint64              *saved_us);
void         sg_tool_cache_store       (SgToolCache         *self,
                                        const char          *tool,
                                        const char          *call,
                                        const char * const  *keys,
                                        JsonNode            *result,
                                        gint64               took_us);

guint        sg_tool_cache_get_size    (SgToolCache         *self);
void         sg_tool_cache_get_figures (SgToolCache         *self,
                                        const char          *tool,
                                        SgToolCacheFigures  *figures);

G_END_DECLS
