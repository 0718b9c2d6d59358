/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-probe.h"

G_BEGIN_DECLS

/* Reading the answers to the questions of the probe. */

void     sg_probe_read_server  (SgProbeResult  *result,
                                const char     *server);
gboolean sg_probe_read_models  (SgProbeResult  *result,
                                const char     *json,
                                gsize           length);
void     sg_probe_read_details (SgProbeResult  *result,
                                const char     *json,
                                gsize           length);
void     sg_probe_read_loaded  (SgProbeResult  *result,
                                const char     *json,
                                gsize           length);

/* The key as it is sent: without the white space that copying brings along. */
gboolean sg_key_clean          (const char     *typed,
                                char          **key,
                                GError        **error);

G_END_DECLS
