/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Threads for tools that compute.  g_task_run_in_thread() shares its threads with every file and
 * name look-up of the process, and grows when they are busy; a few long computations must neither
 * hold those up nor take every core from the window, so these have a pool of their own with one
 * thread a core less one.
 */

#include "config.h"

#include "tools/sg-tool-pool.h"

typedef struct
{
  GTask           *task;
  GTaskThreadFunc  func;
} Work;

static void
run_work (gpointer data,
          gpointer user_data)
{
  g_autofree Work *work = data;
  g_autoptr (GTask) task = g_steal_pointer (&work->task);

  if (!g_task_return_error_if_cancelled (task))
    work->func (task, g_task_get_source_object (task), g_task_get_task_data (task),
                g_task_get_cancellable (task));
}

static gpointer
create_pool (gpointer data)
{
  int n_threads = CLAMP ((int) g_get_num_processors () - 1, 1, 8);

  return g_thread_pool_new (run_work, NULL, n_threads, FALSE, NULL);
}

/**
 * sg_tool_pool_run:
 * @task: (transfer none): the task of a tool's `run_async`
 * @func: the computation; it must return a result through @task, and must not touch the world
 *
 * Computes on a bounded pool of threads.  A task that is cancelled before its turn comes is
 * never computed.
 */
void
sg_tool_pool_run (GTask           *task,
                  GTaskThreadFunc  func)
{
  static GOnce once = G_ONCE_INIT;
  Work *work;

  g_return_if_fail (G_IS_TASK (task));
  g_return_if_fail (func != NULL);

  g_once (&once, create_pool, NULL);

  work = g_new0 (Work, 1);
  work->task = g_object_ref (task);
  work->func = func;
  g_thread_pool_push (once.retval, work, NULL);
}
