/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "profile/sg-trace.h"

G_BEGIN_DECLS

/**
 * SgWork:
 * @SG_WORK_WAITING: in the queue, for a limiter, a retry or a busy server
 * @SG_WORK_CONNECT: until the server accepted the request
 * @SG_WORK_READING: the model reads the prompt
 * @SG_WORK_WRITING: the model writes
 * @SG_WORK_TOOLS: tools run
 * @SG_WORK_OWN: all else: what the program itself does, storage included
 *
 * The kinds of work that the time of a turn is divided into.
 */
typedef enum
{
  SG_WORK_WAITING,
  SG_WORK_CONNECT,
  SG_WORK_READING,
  SG_WORK_WRITING,
  SG_WORK_TOOLS,
  SG_WORK_OWN,
} SgWork;

#define SG_N_WORKS 6

/**
 * SgBreakdown:
 * @us: microseconds of each kind of work; they add up to @total_us
 * @total_us: from submission until all was told
 */
typedef struct
{
  double us[SG_N_WORKS];
  gint64 total_us;
} SgBreakdown;

const char *sg_work_to_string         (SgWork             work);
const char *sg_work_get_label         (SgWork             work);
SgWork      sg_work_of_span           (SgTrace           *trace,
                                       const SgSpan      *span);
gint64      sg_breakdown_find_end     (SgTrace           *trace);
void        sg_breakdown_measure      (SgTrace           *trace,
                                       SgBreakdown       *breakdown);
void        sg_breakdown_get_percents (const SgBreakdown *self,
                                       int                percents[SG_N_WORKS]);

G_END_DECLS
