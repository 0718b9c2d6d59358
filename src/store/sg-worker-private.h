/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "store/sg-connection-private.h"

G_BEGIN_DECLS

/* What a job does with the library.  One that writes takes along what is to be done later, one that reads leaves it alone,
 * and one that settles does that and nothing else; it never fails and has no function. */
typedef enum
{
  SG_JOB_WRITE,
  SG_JOB_READ,
  SG_JOB_SETTLE,
} SgJobKind;

/* Threads, each with a connection of its own, that take jobs from one queue. */
typedef struct _SgWorker SgWorker;

SgWorker *sg_worker_new        (const char     *name,
                                const char     *path,
                                guint           max_threads,
                                SgConnection   *writer) G_GNUC_WARN_UNUSED_RESULT;
void      sg_worker_close      (SgWorker       *self);
void      sg_worker_free       (SgWorker       *self);

/* Runs @func and returns @task (transfer full) with its result. */
void      sg_worker_push_task  (SgWorker       *self,
                                GTask          *task,
                                SgJobKind       kind,
                                SgDurability    durability,
                                SgLibraryFunc   func,
                                gpointer        data);
/* Runs @func and waits for it. */
gboolean  sg_worker_run        (SgWorker       *self,
                                SgJobKind       kind,
                                SgDurability    durability,
                                SgLibraryFunc   func,
                                gpointer        data,
                                GError        **error);
/* Of the writer's thread: runs @func with the next job that writes, or in half a minute at most, or when it closes; again
 * where the first time came to nothing. */
void      sg_worker_push_later (SgWorker       *self,
                                SgLibraryFunc   func,
                                gpointer        data,
                                GDestroyNotify  data_free);
/* For tests: how long that is, from the next job on. */
void      sg_worker_set_later_time (SgWorker   *self,
                                    gint64      us);
/* Whether something is still to be done so, be it under way. */
gboolean  sg_worker_has_later  (SgWorker       *self);
gboolean  sg_worker_is_idle    (SgWorker       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgWorker, sg_worker_free)

G_END_DECLS
