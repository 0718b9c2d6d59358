/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SG_BACKOFF_MIN_US (2 * G_USEC_PER_SEC)
#define SG_BACKOFF_MAX_US (30 * G_USEC_PER_SEC)
/* Up or down, so that clients that were turned away together do not come back together. */
#define SG_BACKOFF_JITTER 0.25

/* What a server asks for is waited for up to this; what is more is told. */
#define SG_RETRY_AFTER_MAX_US (2 * 60 * G_USEC_PER_SEC)

gint64 sg_backoff_get_wait (guint   n_failures,
                            GRand  *rand);

G_END_DECLS
