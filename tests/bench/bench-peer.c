/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Measures of Storyglass what peers/measure.mjs measures of others, against the same server, and prints it as a
 * line of JSON.  Each turn is stored, with its spans.
 *
 * Of every fourth turn Storyglass also draws memories, by calls of the model that no peer makes.  What such turns cost is
 * only in the figures `every_`, which are the mean of all turns; the others are the median of those without.
 *
 *   bench-peer SERVER TURNS TOKENS */

#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "bench-story.h"

typedef struct
{
  double plain;
  double every;
} Costs;

static Costs
measure (BenchStory *story,
         const char *server,
         const char *answers,
         int         turns,
         gboolean    cpu)
{
  g_autofree char *url = g_strconcat (server, answers, NULL);
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));
  double sum = 0;

  bench_story_set_url (story, url);
  for (int i = 0; i < turns; i++)
    {
      double begin = cpu ? bench_get_cpu_us () : (double) g_get_monotonic_time ();
      double value;

      bench_story_play (story);
      value = (cpu ? bench_get_cpu_us () : (double) g_get_monotonic_time ()) - begin;
      sum += value;
      if (!story->left_work)
        g_array_append_val (values, value);
    }

  return (Costs) { bench_get_median (values), sum / turns };
}

static void
print_costs (const char *name,
             Costs       costs)
{
  printf ("\"%s_cpu_us\":%.1f,\"every_%s_cpu_us\":%.1f,", name, costs.plain, name, costs.every);
}

int
main (int    argc,
      char **argv)
{
  const char *server = argc > 3 ? argv[1] : NULL;
  int turns, tokens;
  g_autofree char *long_answer = NULL;
  g_autoptr (BenchStory) story = NULL;

  if (server == NULL)
    {
      fprintf (stderr, "Usage: bench-peer SERVER TURNS TOKENS\n");
      return 2;
    }

  turns = atoi (argv[2]);
  tokens = atoi (argv[3]);
  long_answer = g_strdup_printf ("/tokens-%d", tokens);
  story = bench_story_new (server);

  measure (story, server, "/tokens-50", turns, TRUE);
  measure (story, server, "/tokens-50/tools-5/instant/again-20", turns, TRUE);
  printf ("{\"name\":\"Storyglass\",");
  print_costs ("plain", measure (story, server, "/tokens-50", turns, TRUE));
  print_costs ("instant_tools", measure (story, server, "/tokens-50/tools-5/instant/again-20", turns, TRUE));
  printf ("\"five_of_200_ms_wall_ms\":%.3f,",
          measure (story, server, "/tokens-50/tools-5", 10, FALSE).plain / 1000);
  printf ("\"stream_tokens_per_second\":%.0f}\n",
          tokens * 1e6 / measure (story, server, long_answer, 3, FALSE).every);

  return 0;
}
