/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What all optimisations bring together, and each of them alone: prints one JSON object.
 *
 *   bench-presets [TURNS]
 *
 * The server is one as a large model has it: 400 ms to the first token, then 40 tokens a second.  Each turn is planned
 * (40 tokens), told in 60 tokens with three calls of 20 tokens each to tools of 300 ms, and checked by a model (40
 * tokens); after every fifth turn memories are made.  Where the model hears of the results of its tools, it
 * tells 20 tokens more.
 *
 *   off, on   with every switch off, and with every one on
 *   alone     with every switch off but that one: what it takes off a turn
 *   without   with every switch on but that one: what it adds to a turn
 *
 * All are milliseconds from submission to the moment at which the player can act again, the mean of TURNS turns
 * (5, so that memories are made in one of them). */

#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "bench-server.h"
#include "bench-story.h"

#define ANSWERS "first-400/pace-25000/tokens-60/tools-3/call-20/again-20/side-40"

static double
measure (const char *url,
         int         turns,
         gboolean    optimised,
         const char *other)
{
  g_autoptr (BenchStory) story = bench_story_new (url);
  double sum = 0;

  g_object_set (story->settings, "planner", TRUE, "model-checks", TRUE, NULL);
  sg_engine_settings_set_optimised (story->settings, optimised);
  if (other != NULL)
    g_object_set (story->settings, other, !optimised, NULL);

  for (int i = 0; i < turns; i++)
    {
      bench_story_play (story);
      sum += (double) story->narrated_us / 1000;
    }

  return sum / turns;
}

static void
print_each (const char        *name,
            const char        *url,
            int                turns,
            const char *const *switches,
            gboolean           optimised,
            double             all)
{
  printf ("  \"%s\": {", name);
  for (guint i = 0; switches[i] != NULL; i++)
    {
      double difference = measure (url, turns, optimised, switches[i]) - all;

      printf ("%s\n    \"%s\": %.1f", i > 0 ? "," : "", switches[i],
              optimised ? difference : -difference);
      fflush (stdout);
    }
  printf ("\n  }");
}

int
main (int    argc,
      char **argv)
{
  int turns = argc > 1 ? MAX (1, atoi (argv[1])) : 5;
  g_autofree const char **switches = sg_engine_settings_list_switches ();
  g_autofree char *url = NULL;
  double off, on;
  pid_t server;
  int port;

  server = bench_server_start (bench_notes_new (), &port);
  url = g_strdup_printf ("http://127.0.0.1:%d/" ANSWERS, port);
  bench_story_set_rest (300);

  off = measure (url, turns, FALSE, NULL);
  on = measure (url, turns, TRUE, NULL);
  printf ("{\n  \"benchmark\": \"presets\",\n  \"turns\": %d,\n", turns);
  printf ("  \"off_ms\": %.1f,\n  \"on_ms\": %.1f,\n  \"reduction_percent\": %.1f,\n", off, on,
          (off - on) * 100 / off);
  fflush (stdout);
  print_each ("alone_ms", url, turns, switches, FALSE, off);
  printf (",\n");
  print_each ("without_ms", url, turns, switches, TRUE, on);
  printf ("\n}\n");

  kill (server, SIGKILL);
  waitpid (server, NULL, 0);

  return 0;
}
