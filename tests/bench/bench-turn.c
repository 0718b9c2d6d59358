/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the engine itself costs: prints one JSON object.
 *
 *   bench-turn [--awake]
 *
 * After a pause of 200 ms a virtual machine that was asleep may take milliseconds to do what takes it a tenth of that
 * else.  With --awake its processors stay awake: on each a process turns round that gives way to all others.
 *
 * The model server is a process of its own that answers at once, so that all CPU time of this process is
 * ours: engine, HTTP, JSON and the library with its threads.
 *
 *   plain_turn         CPU and wall time of a turn with a reply of 50 words, in a new story, that leaves nothing to do in
 *                      the background
 *   every_             likewise, the mean of all turns with what they leave: of every fourth memories are drawn
 *   request_on_wire    from submission to the first byte of the request at the server, 1,000 turns deep
 *   thinking           from submission to the `thinking` stage, in the same story
 *   instant_tools      CPU time of a turn with five tools that are done at once, and the call of the model that
 *                      hears of their results
 *   five_tools         a turn with five independent tools of 200 ms, over the 200 ms: until it is told and the player
 *                      can act again, and until it is stored, the disk's own time included
 *   early_start        how much earlier a turn ends where the arguments of a call of 600 ms are complete
 *                      500 ms before the message ends, than with the switch off
 *   ended_after_writes how much earlier a turn ends that asked only for writes, than with the switch off;
 *                      a second call of the model takes 400 ms to its first token and 20 tokens at 40 a second
 *   remembering_turn   CPU and wall time of a turn like the first in a story with memories, which each turn looks through
 *   stream             tokens a second swallowed from an unthrottled stream, by the whole engine
 */

#define _GNU_SOURCE
#include "config.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench-server.h"
#include "bench-story.h"

#define PLAIN_TURNS 300

/* Turns until there are some memories. */
#define FIRST_MEMORIES 20
#define DEEP_TURNS 1000
#define DEEP_SAMPLES 200
#define TOOL_TURNS 25
#define SWITCH_TURNS 5
#define STREAM_TOKENS 200000

static BenchNotes *notes;
static int port;

static void
set_answers (BenchStory *story,
             const char *answers)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%d/%s", port, answers);

  bench_story_set_url (story, url);
}

static void
append (GArray *values,
        double  value)
{
  g_array_append_val (values, value);
}

/* CPU and wall time of turns.  Those that leave something to do in the background count only in the mean, unless
 * @with_all: in some stories there are no others. */
static void
bench_cost (BenchStory *story,
            const char *name,
            int         turns,
            gboolean    with_all)
{
  g_autoptr (GArray) cpu = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) wall = g_array_new (FALSE, FALSE, sizeof (double));
  g_autofree char *cpu_name = g_strconcat (name, "_cpu_us", NULL);
  g_autofree char *wall_name = g_strconcat (name, "_wall_us", NULL);
  double first = bench_get_cpu_us ();
  double mean;

  for (int i = 0; i < turns; i++)
    {
      double cpu_begin = bench_get_cpu_us ();
      gint64 wall_begin = g_get_monotonic_time ();

      bench_story_play (story);
      if (story->left_work && !with_all)
        continue;
      append (cpu, bench_get_cpu_us () - cpu_begin);
      append (wall, (double) (g_get_monotonic_time () - wall_begin));
    }
  mean = (bench_get_cpu_us () - first) / turns;

  bench_print_values (cpu_name, cpu, FALSE);
  bench_print_values (wall_name, wall, FALSE);
  printf ("  \"every_%s\": %.1f,\n", cpu_name, mean);
}

static void
bench_deep (BenchStory *story)
{
  g_autoptr (GArray) wire = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) thinking = g_array_new (FALSE, FALSE, sizeof (double));

  while (sg_story_get_depth (story->story) < DEEP_TURNS)
    bench_story_play (story);

  for (int i = 0; i < DEEP_SAMPLES; i++)
    {
      gint64 begin = g_get_monotonic_time ();

      bench_story_play (story);
      append (wire, (double) (notes->arrived_us - begin));
      append (thinking, (double) story->thinking_us);
    }

  bench_print_values ("request_on_wire_us", wire, FALSE);
  bench_print_values ("thinking_us", thinking, FALSE);
}

static void
bench_tools (BenchStory *story)
{
  g_autoptr (GArray) told = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) stored = g_array_new (FALSE, FALSE, sizeof (double));

  set_answers (story, "tools-5");
  for (int i = 0; i < TOOL_TURNS; i++)
    {
      bench_story_play (story);
      append (told, (double) story->narrated_us - 200000);
      append (stored, (double) story->done_us - 200000);
    }

  bench_print_values ("five_tools_over_200ms_us", told, FALSE);
  bench_print_values ("five_tools_stored_over_200ms_us", stored, FALSE);
}

/* What a switch saves up to the moment at which the turn is told. */
static void
bench_switch (BenchStory *story,
              const char *name,
              const char *key,
              const char *answers)
{
  double told[2];

  set_answers (story, answers);
  for (guint on = 0; on < 2; on++)
    {
      g_autoptr (GArray) narrated = g_array_new (FALSE, FALSE, sizeof (double));

      g_object_set (story->settings, key, on == 1, NULL);
      for (int i = 0; i < SWITCH_TURNS; i++)
        {
          bench_story_play (story);
          append (narrated, (double) story->narrated_us);
        }
      told[on] = bench_get_median (narrated);
    }

  printf ("  \"%s\": {\"off\": %.1f, \"on\": %.1f, \"saved\": %.1f},\n", name, told[0] / 1000,
          told[1] / 1000, (told[0] - told[1]) / 1000);
}

static void
bench_stream (BenchStory *story)
{
  g_autofree char *answers = g_strdup_printf ("tokens-%d", STREAM_TOKENS);
  double begin;

  set_answers (story, answers);
  begin = (double) g_get_monotonic_time ();
  bench_story_play (story);
  printf ("  \"connections\": %d,\n", notes->connections);
  printf ("  \"requests\": %d,\n", notes->requests);
  printf ("  \"stream_tokens_per_second\": %.0f\n",
          STREAM_TOKENS * 1e6 / ((double) g_get_monotonic_time () - begin));
}

/* Returns (element-type pid_t): those who do it, for stop(); they end with this process at the latest. */
static GArray *
keep_awake (void)
{
  GArray *spinners = g_array_new (FALSE, FALSE, sizeof (pid_t));
  struct sched_param nothing = { 0 };

  for (guint i = 0; i < g_get_num_processors (); i++)
    {
      pid_t pid = fork ();

      if (pid != 0)
        {
          g_array_append_val (spinners, pid);
          continue;
        }

      prctl (PR_SET_PDEATHSIG, SIGKILL);
      if (sched_setscheduler (0, SCHED_IDLE, &nothing) != 0)
        _exit (1);
      for (;;)
        __asm__ volatile ("");
    }

  return spinners;
}

static void
stop (pid_t pid)
{
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
}

int
main (int    argc,
      char **argv)
{
  gboolean awake = argc > 1 && g_str_equal (argv[1], "--awake");
  g_autoptr (GArray) spinners = NULL;
  g_autofree char *url = NULL;
  BenchStory *story;
  pid_t server;

  notes = bench_notes_new ();
  server = bench_server_start (notes, &port);
  spinners = awake ? keep_awake () : NULL;
  url = g_strdup_printf ("http://127.0.0.1:%d/tokens-50", port);
  story = bench_story_new (url);

  printf ("{\n  \"benchmark\": \"turn\",\n  \"awake\": %s,\n", awake ? "true" : "false");
  bench_cost (story, "plain_turn", PLAIN_TURNS, FALSE);
  bench_deep (story);
  set_answers (story, "tokens-50/tools-5/instant/again-20");
  bench_cost (story, "instant_tools", PLAIN_TURNS, FALSE);
  bench_tools (story);
  bench_story_set_rest (600);
  bench_switch (story, "early_start_ms", "early-tools", "tokens-20/tools-1/tail-500");
  bench_story_set_rest (1);
  bench_switch (story, "ended_after_writes_ms", "end-after-writes",
                "tokens-20/tools-1/first-400/pace-25000");
  set_answers (story, "tokens-50/remember");
  for (int i = 0; i < FIRST_MEMORIES; i++)
    bench_story_play (story);
  bench_cost (story, "remembering_turn", PLAIN_TURNS, TRUE);
  bench_stream (story);
  printf ("}\n");

  bench_story_free (story);
  for (guint i = 0; spinners != NULL && i < spinners->len; i++)
    stop (g_array_index (spinners, pid_t, i));
  stop (server);

  return 0;
}
