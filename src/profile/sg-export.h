/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "profile/sg-trace.h"

G_BEGIN_DECLS

/**
 * SgExportFormat:
 * @SG_EXPORT_TABLE: a text waterfall for a terminal
 * @SG_EXPORT_JSON: an array with one object a turn
 */
typedef enum
{
  SG_EXPORT_TABLE,
  SG_EXPORT_JSON,
} SgExportFormat;

gboolean sg_export_format_from_string (const char     *string,
                                       SgExportFormat *format);

/**
 * SgExportTurn:
 * @turn: the id of the turn
 * @depth: its depth in its story
 * @title: (nullable): a line that names it, such as the player's words
 * @trace: what it did
 * @settings: (nullable): what it was told with, a JSON object; set by whoever knows it
 */
typedef struct
{
  gint64   turn;
  gint64   depth;
  char    *title;
  SgTrace *trace;
  char    *settings;
} SgExportTurn;

SgExportTurn *sg_export_turn_new    (gint64          turn,
                                     gint64          depth,
                                     const char     *title,
                                     SgTrace        *trace) G_GNUC_WARN_UNUSED_RESULT;
void          sg_export_turn_free   (SgExportTurn   *self);

/* (element-type SgExportTurn) @turns; @width in columns, 0 for 100. */
char         *sg_export_turns       (GPtrArray      *turns,
                                     SgExportFormat  format,
                                     guint           width) G_GNUC_WARN_UNUSED_RESULT;
char         *sg_export_trace_table (SgTrace        *trace,
                                     guint           width) G_GNUC_WARN_UNUSED_RESULT;
char         *sg_export_trace_json  (SgTrace        *trace) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgExportTurn, sg_export_turn_free)

G_END_DECLS
