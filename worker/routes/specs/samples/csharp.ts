import type { Program, Scene } from "./index.ts";
import { CSHARP, literal } from "./literals.ts";

const head = ({ origin, timeout_s }: Scene): string => `using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

const string Gateway = ${JSON.stringify(origin)};
using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(${timeout_s}) };
http.DefaultRequestHeaders.Authorization =
    new AuthenticationHeaderValue("Bearer", Environment.GetEnvironmentVariable("KEY")); // your API key

// After any doubt (no answer, 429, 5xx) the same request is sent again: nothing is sold twice.
async Task<JsonElement> Call(string path, object body, string? idempotencyKey = null)
{
    for (var attempt = 1; ; attempt++)
    {
        var wait = TimeSpan.FromSeconds(attempt);
        var problem = "no answer";
        var again = true;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Gateway + path) { Content = JsonContent.Create(body) };
            if (idempotencyKey != null) request.Headers.Add("Idempotency-Key", idempotencyKey);
            using var response = await http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            if (response.IsSuccessStatusCode)
                return JsonSerializer.Deserialize<JsonElement>(text); // result: accepted, rejected or pending
            problem = text;
            again = (int)response.StatusCode == 429 || (int)response.StatusCode >= 500;
            wait = response.Headers.RetryAfter?.Delta ?? wait;
        }
        catch (HttpRequestException) { }
        catch (TaskCanceledException) { }
        if (!again || attempt == 3) throw new Exception(problem);
        await Task.Delay(wait);
    }
}

var consentTime = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ"); // when the consumer agreed`;

export const csharp = (scene: Scene): Program => ({
  label: "C#",
  language: "csharp",
  run: ".NET 8 or later: the `Program.cs` of a console project, then `dotnet run`.",
  two_steps: `${head(scene)}

var ping = await Call("/v1/pings", ${literal(CSHARP, scene.ping)});
Console.WriteLine(ping);

if (ping.GetProperty("result").GetString() == "accepted")
{
    // Before expires_in seconds have passed. The price is a promise.
    var post = await Call("/v1/posts", new Dictionary<string, object> {
      ["ping_id"] = ping.GetProperty("ping_id").GetString()!,
      ["lead"] = ${literal(CSHARP, scene.post.lead, 3)},
    });
    Console.WriteLine(post);
}
`,
  one_step: `${head(scene)}

var lead = ${literal(CSHARP, scene.lead)};
Console.WriteLine(await Call("/v1/leads", lead, $"order-{DateTime.UtcNow.Ticks}"));
`,
});
