/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* What the server notes while it runs: on memory that both processes share, by the same monotonic clock. */
typedef struct
{
  volatile gint64 arrived_us;
  volatile int    connections;
  volatile int    requests;
} BenchNotes;

BenchNotes *bench_notes_new    (void);
pid_t       bench_server_start (BenchNotes *notes,
                                int        *port);

G_END_DECLS
