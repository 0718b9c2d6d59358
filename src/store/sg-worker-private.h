/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "store/sg-connection-private.h"

G_BEGIN_DECLS

/* Threads, each with a connection of its own, that take jobs from one queue. */
typedef struct _SgWorker SgWorker;

SgWorker *sg_worker_new       (const char     *name,
                               const char     *path,
                               guint           max_threads,
                               SgConnection   *writer) G_GNUC_WARN_UNUSED_RESULT;
void      sg_worker_close     (SgWorker       *self);
void      sg_worker_free      (SgWorker       *self);

/* Runs @func and returns @task (transfer full) with its result. */
void      sg_worker_push_task (SgWorker       *self,
                               GTask          *task,
                               SgDurability    durability,
                               SgLibraryFunc   func,
                               gpointer        data);
/* Runs @func and waits for it. */
gboolean  sg_worker_run       (SgWorker       *self,
                               SgDurability    durability,
                               SgLibraryFunc   func,
                               gpointer        data,
                               GError        **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgWorker, sg_worker_free)

G_END_DECLS
