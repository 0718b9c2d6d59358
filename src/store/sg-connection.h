/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * SgConnection:
 *
 * A connection to the library inside one of its jobs, with its prepared statements.
 */
typedef struct _SgConnection SgConnection;

G_END_DECLS
