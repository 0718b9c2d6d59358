/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tools/sg-tool-runner.h"

G_BEGIN_DECLS

/* Small tools whose every property is an argument, for the tests and the benchmark of the runner:
 *
 *   probe_read, probe_write     work for `ms` on the thing named `key`: its value is read, set to `value` or,
 *                               with `append`, made longer; `fail` makes them fail, `unknown` keeps the
 *                               keys secret, `stubborn` ignores cancellation, `compute` works on the pool;
 *                               with `flaky` the first so many runs of the test fail
 *   hasty_read, hasty_write     the same with a timeout of 20 ms, and a fallback where there is a key
 *   instant_read, instant_write the same without delay, by way of `run`
 *   once_write, kept_read       probe_write that is done once, probe_read that later turns know of
 *   noop                        nothing at all; each call has a result of its own
 *
 * All return {"value": …, "name": key}. */

typedef struct
{
  SgWorld       *base;
  SgWorld       *world;
  SgToolCatalog *catalog;
  SgToolContext *context;
  SgTrace       *trace;
  SgToolRunner  *runner;

  /* What happened, such as "+1 +2 -1 -2", and how many ran at once. */
  GString       *log;
  guint          n_running;
  guint          most_running;
} RunnerFixture;

void               runner_fixture_set_up    (RunnerFixture *self,
                                             gconstpointer  data);
void               runner_fixture_tear_down (RunnerFixture *self,
                                             gconstpointer  data);
void               runner_fixture_renew     (RunnerFixture *self);
const SgToolCall  *runner_fixture_add       (RunnerFixture *self,
                                             const char    *name,
                                             const char    *format,
                                             ...) G_GNUC_PRINTF (3, 4);
void               runner_fixture_wait      (RunnerFixture *self);
void               runner_fixture_sleep     (guint          ms);
guint              runner_fixture_get_n_runs (void);

G_END_DECLS
