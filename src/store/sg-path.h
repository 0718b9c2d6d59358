/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/sg-records.h"

G_BEGIN_DECLS

void sg_path_append   (SgPath *self,
                       gint64  branch,
                       gint64  depth);
void sg_path_truncate (SgPath *self,
                       gint64  depth);

G_END_DECLS
