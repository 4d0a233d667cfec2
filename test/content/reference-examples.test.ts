import { describe, expect, test } from "vitest";
import { checkContent, compileContent } from "../../src/content/index.ts";
import { readText } from "../readme/pages.ts";
import { aRecipient, textOf } from "./support/render.ts";

/** What the examples of the reference product's public pages read; `profile.` stands where they leave the root out. */
const sample = {
  profile: {
    name: "Joe",
    age: 40,
    birthMonth: 6,
    birthYear: 1985,
    city: "Los Angeles",
    country: "France",
    email: "2010@gm.com",
    street: "washington HIGH street",
    colors: ["red", "green"],
    visited: ["Oslo", "Paris"],
    orders: [
      { name: "Shoes", price: 89, storeId: "a", status: "pending" },
      { name: "Bag", price: 45, storeId: "b", status: "sent" },
    ],
    segmentMembership: { ups: { "5fd5-13d7": { status: "existing" } } },
    plans: [
      {
        name: "A",
        prescriptions: [
          { name: "M", state: "ready" },
          { name: "N", state: "picked up" },
        ],
      },
    ],
    loyalty: { points: "600", expiryDate: "2026-02-06T12:00:00Z", tier: "gold" },
    commerce: { "order-total": 120 },
    identityMap: { "example@example.com": "id-1" },
    favourites: ["Oslo"],
    product1: { price: 12 },
    product2: { price: 5 },
  },
  context: {
    items: [{ name: "Juno Jacket" }, { name: "Cap" }],
    events: { "1697323153": { timestamp: "2026-03-18T14:30:00Z" } },
    none: [],
  },
};

describe("an example of the reference's pages prints what they say", () => {
  test.each([
    // Dates
    ['{%= addDays(stringToDate("2024-11-01T17:19:51Z"),10) %}', "2024-11-11T17:19:51Z"],
    ['{%= addHours(stringToDate("2024-11-01T17:19:51Z"),1) %}', "2024-11-01T18:19:51Z"],
    ['{%= addMinutes(stringToDate("2024-11-01T17:59:51Z"),10) %}', "2024-11-01T18:09:51Z"],
    ['{%= addMonths(stringToDate("2024-11-01T17:19:51Z"),2) %}', "2025-01-01T17:19:51Z"],
    ['{%= addSeconds(stringToDate("2024-11-01T17:19:51Z"),10) %}', "2024-11-01T17:20:01Z"],
    ['{%= addYears(stringToDate("2024-11-01T17:19:51Z"),2) %}', "2026-11-01T17:19:51Z"],
    ['{%=compareDates(stringToDate("2024-12-02T00:00:00Z"), stringToDate("2024-12-03T00:00:00Z"))%}', "-1"],
    ['{%=convertZonedDateTime(stringToDate("2019-02-19T08:09:00Z"), "Asia/Tehran")%}', "2019-02-19T11:39+03:30[Asia/Tehran]"],
    [
      '{%= dateBetween(stringToDate("2024-06-15T00:00:00Z"), stringToDate("2024-06-01T00:00:00Z"), stringToDate("2024-06-30T00:00:00Z")) %}',
      "true",
    ],
    ['{%= dayOfMonth(stringToDate("2024-11-05T17:19:51Z")) %}', "5"],
    ['{%= dayOfYear(stringToDate("2024-03-15T00:00:00Z")) %}', "75"],
    ['{%=diffInSeconds(stringToDate("2024-11-01T17:19:51Z"), stringToDate("2024-11-01T17:19:01Z"))%}', "50"],
    ['{%= diffInHours(stringToDate("2024-11-01T17:19:51Z"), stringToDate("2024-11-01T07:19:51Z"))%}', "10"],
    ['{%= diffInMinutes(stringToDate("2024-11-01T17:19:51Z"), stringToDate("2024-11-01T16:19:51Z"))%}', "60"],
    ['{%=diffInMonths(stringToDate("2024-11-01T17:19:51Z"), stringToDate("2024-08-01T17:19:51Z"))%}', "3"],
    ['{%=diffInYears(stringToDate("2024-11-01T17:19:51Z"), stringToDate("2019-10-01T17:19:51Z"))%}', "5"],
    ['{%= extractHours(stringToDate("2024-11-01T17:19:51Z"))%}', "17"],
    ['{%= extractMinutes(stringToDate("2024-11-01T17:19:51Z"))%}', "19"],
    ['{%=extractMonth(stringToDate("2024-11-01T17:19:51Z"))%}', "11"],
    ['{%=extractSeconds(stringToDate("2024-11-01T17:19:51Z"))%}', "51"],
    ['{%= formatDate("2020-01-01T00:00:00Z", "EEEE MMMM dd yyyy") %}', "Wednesday January 01 2020"],
    ['{%= formatDate(getCurrentZonedDateTime(), "MM/dd/YYYY") %}', "01/30/2026"],
    ['{%= lowerCase(formatDate(getCurrentZonedDateTime(), "EEE")) %}', "fri"],
    ['{%= formatDate("2023-12-31T10:15:30Z", "y Y M MMM m d D") %}', "2023 2024 12 Dec 15 31 365"],
    ['{%= setDays(stringToDate("2024-11-15T17:19:51Z"), 1) %}', "2024-11-01T17:19:51Z"],
    ['{%= setHours(stringToDate("2024-11-01T17:19:51Z"), 0) %}', "2024-11-01T00:19:51Z"],
    ['{%=toDateTime("2024-11-01T17:19:51Z")%}', "2024-11-01T17:19:51Z"],
    ['{%= truncateToStartOfDay(stringToDate("2024-11-01T17:19:51Z")) %}', "2024-11-01T00:00Z"],
    ['{%=truncateToStartOfQuarter(stringToDate("2024-11-01T17:19:51Z"))%}', "2024-10-01T00:00Z"],
    ['{%= truncateToStartOfWeek(stringToDate("2024-11-19T17:19:51Z"))%}', "2024-11-18T00:00Z"],
    ['{%=truncateToStartOfYear(stringToDate("2024-11-01T17:19:51Z"))%}', "2024-01-01T00:00Z"],
    ['{%= weekOfYear(stringToDate("2024-11-01T17:19:51Z")) %}', "44"],
    [
      '{% let appointmentDate = formatDate(toDateTime(context.events.`1697323153`.timestamp), "dd/MM/yyyy HH:mm") %}{{appointmentDate}}',
      "18/03/2026 14:30",
    ],
    [
      "{% let daysLeft = dateDiff(getCurrentZonedDateTime(), stringToDate(profile.loyalty.expiryDate)) %}{%#if daysLeft > 0%}{{daysLeft}} day{%#if daysLeft > 1%}s{%/if%}{%else%}expired{%/if%}",
      "7 days",
    ],
    ["{% let m = extractMinutes(getCurrentZonedDateTime()) %}{%#if m < 10%}0{%/if%}{{m}}", "00"],
    ['{%= setHours(addDays(stringToDate("2024-11-15T17:19:51Z"), -7), 9) %}', "2024-11-08T09:19:51Z"],
    ['{%= stringToDate("2023-01-10 23:13:26", "yyyy-MM-dd HH:mm:ss") %}', "2023-01-10T23:13:26Z"],
    ['{%= formatDate("2024-11-01T17:19:51Z", "MM/dd/YY") %}', "11/01/24"],
    ['{%= formatDate("2024-11-01T17:19:51Z", "MM/dd/YY", "fr_FR") %}', "11/01/24"],
    ['{%= formatDate("2026-02-01T00:00:00Z", "EEE") %} {%= formatDate("2026-02-03T00:00:00Z", "EEE") %}', "Sun Tue"],
    [
      "{%#if dayOfWeek(getCurrentZonedDateTime()) = 6 or dayOfWeek(getCurrentZonedDateTime()) = 7%}closed{%else%}open{%/if%}",
      "open",
    ],
    // Texts
    ["{%= camelCase(profile.street) %}", "Washington HIGH Street"],
    ['{%= doesNotContain(profile.email,"2010@gm")%} {%= doesNotEndWith(profile.email,".com")%}', "false false"],
    ['{%= doesNotStartWith(profile.name,"Joe")%} {%= startsWith(profile.name,"Joe") %}', "false true"],
    ['{%=equals(profile.name,"John") %} {%= equalsIgnoreCase(profile.name,"JOE") %}', "false true"],
    ['{%= notEqualTo(profile.name,"John") %} {%= notEqualWithIgnoreCase(profile.name,"joe") %}', "true false"],
    ["{%= extractEmailDomain(profile.email) %} {%= length(profile.city) %}", "gm.com 11"],
    ["{%= isEmpty(profile.mobilePhone.number) %} {%= isNotEmpty(profile.mobilePhone.number) %}", "true false"],
    ["{%= lowerCase(profile.name) %} {%= upperCase(profile.name) %}", "joe JOE"],
    ['{%= sha256("Eliechxh")%}', "0b0b207880b999adaad6231026abf87caa30760b6f326b21727b61139332257d"],
    ['{%= charCodeAt("some", 1)%}', "111"],
    ['{%= concat("Hello", " ", "World") %}', "Hello World"],
    ['{%= contains(profile.name, "J", false) %} {%= contains(profile.email,"2010@gm") %}', "true true"],
    ['{%= decode64("aGVsbG8=") %}', "hello"],
    ['{%= endsWith(profile.email,".com") %} {%= equals(profile.name,"Joe") %}', "true true"],
    ['{%= equalsAnyIgnoreCase("Icon", "icon", "ambassador", "luminary") %}', "true"],
    ['{%= formatCurrency(56L,"en_GB") %}', "£56.00"],
    ['{%= getUrlHost("https://www.myurl.com/contact") %}', "www.myurl.com"],
    ['{%= getUrlPath("https://www.myurl.com/contact.html") %}', "/contact.html"],
    ['{%= getUrlFragment("https://www.myurl.com/contact.html#faq") %}', "faq"],
    ['{%= appendQueryParams("https://example.com/page", "utm_source", "email") %}', "https://example.com/page?utm_source=email"],
    ['{%= indexOf("hello world","world" ) %} {%= lastIndexOf("hello world","o") %}', "6 7"],
    ['{%= join(["red", "green", "blue"], ",") %}', "red,green,blue"],
    ['{%= like(profile.city, "%es%")%} {%= matches(profile.name,"(?i)^jo") %}', "true true"],
    ['{%= mask("123456789",1,2) %}', "1XXXXXX89"],
    ['{%= md5("hello world") %}', "5eb63bbbe01eeed093cb22bb8f5acdc3"],
    ['{%= regexGroup("abc@xyz.com","@(\\\\w+)", 1)%}', "xyz"],
    [
      '{%= replace("Hello John, here is your monthly newsletter!","John","Mark") %}',
      "Hello Mark, here is your monthly newsletter!",
    ],
    ['{%= replaceAll("Hello World","World","AJO") %} {%= replaceAll("aaa", "aa", "b") %}', "Hello AJO ba"],
    ["{%= titleCase(profile.street) %}", "Washington High Street"],
    ['{%= ampSubstr("Hello World", 0, 5) %} {%= compareTo("apple", "banana") %}', "Hello -1"],
    // Numbers, lists, maps, operators
    ["{%= toHexString(158) %} {%= toInt(42.6) %} {%= toString(12) %}", "9e 42 12"],
    ['{%= formatNumber(123456.789, "ar_EG") %}', "١٢٣٬٤٥٦٫٧٨٩"],
    ["{%= countWithNull([4,0,1,6,0,0]) %} {%= distinctCountWithNull([10,2,10,null]) %}", "6 3"],
    ["{%= distinct(profile.orders.storeId).count() > 1 %}", "true"],
    ["{%= head(topN(profile.orders,price, 5)).name %} {%= head(bottomN(profile.orders,price, 5)).name %}", "Shoes Bag"],
    ['{%= in (profile.birthMonth, [3, 6, 9]) %} {%= includes(profile.colors,"red") %}', "true true"],
    ['{%= intersects(profile.colors,["red", "blue"]) %} {%= supersetOf(profile.visited,["Oslo"]) %}', "true true"],
    ["{%=sum(profile.orders.price)%} {%=max(profile.orders.price)%} {%=average(profile.orders.price)%}", "134 89 67"],
    ["{%= count(profile.orders) %} {%= head(profile.orders).name %}", "2 Shoes"],
    ['{%= profile.country = "France" and profile.birthYear = 1985 %} {%= profile.age % 5 = 0 %}', "true true"],
    ["{%= ampCompare(profile.age, 18, 4) %} {%= stringToNumber(profile.loyalty.points) > 500 %}", "true true"],
    ["{%= profile.commerce.`order-total` > 100 %}", "true"],
    ["{%= notIn(profile.birthMonth ,[3, 6, 9]) %} {%= subsetOf(profile.favourites,profile.visited) %}", "false true"],
    ["{%=min(profile.orders.price) %}", "45"],
    ['{%= get(profile.identityMap,"example@example.com") %}', "id-1"],
    ['{%= join(keys(profile.identityMap), ",") %} {%= join(values(profile.identityMap), ",") %}', "example@example.com id-1"],
    ["{%= isNull(profile.homeAddress) %} {%= isNotNull(profile.homeAddress) %}", "true false"],
    ["{%= profile.product1.price + profile.product2.price %} {%= profile.product1.price - profile.product2.price %}", "17 7"],
    ["{%= profile.product1.price * profile.product2.price %} {%= profile.product1.price / profile.product2.price %}", "60 2.4"],
    ['{%= profile.country = "Spain" or profile.birthYear = 1985 %} {%= profile.country != "France" %}', "true false"],
    ["{%= profile.birthYear > 1970 %} {%= profile.birthYear >= 1970 %}", "true true"],
    ["{%= profile.birthYear < 2000 %} {%= profile.birthYear <= 2000 %}", "true true"],
    // Blocks
    ['{%#if profile.segmentMembership.get("ups").get("5fd5-13d7").status = "existing"%}gold{%else%}none{%/if%}', "gold"],
    ['{%#if context.items.name = "Juno Jacket"%}two weeks{%else%}soon{%/if%}', "two weeks"],
    ["{{#each topN(profile.orders, price, 1)}}{{this.name}}: {{this.price}}€{{/each}}", "Shoes: 89€"],
    ['{{#each profile.orders as |o|}}{{#if o.status = "pending"}}{{o.name}}{{else}}-{{/if}}{{/each}}', "Shoes-"],
    ["{{#each context.none as |item|}}{{item.name}}{{else}}No recommendations{{/each}}", "No recommendations"],
    [
      '{{#each profile.plans as |plan|}}{{plan.name}}{{#each plan.prescriptions as |p|}}{%#if p.state = "ready" or p.state = "recall"%}{{p.name}}{%/if%}{{/each}}{{/each}}',
      "AM",
    ],
    ["{{#each profile.colors}}{{@index}}: {{this}} {{/each}}", "0: red 1: green "],
    ['{%#unless endsWith(profile.email, ".edu")%}normal{%else%}edu{%/unless%}', "normal"],
    ['Hello {%=profile.firstName ?: "there" %}!', "Hello there!"],
    ['{% let cleanName = replaceAll(profile.name, "[^a-zA-Z]", "") %}WELCOME-{{upperCase(cleanName)}}', "WELCOME-JOE"],
    [
      "{% let sum = 0%}{{#each profile.orders as |p|}}{%#if p.price>50 and p.price<1000%}{%let sum = sum + p.price %}{%/if%}{{/each}}{{sum}}",
      "89",
    ],
  ])("%s prints %s", (template, expected) => {
    expect(textOf(template, sample)).toBe(expected);
  });
});

test("ages count to the instant that the page names", () => {
  const body = '{%= ageInDays(stringToDate("2025-01-01T17:19:51Z"))%} {%=ageInMonths(stringToDate("2024-01-01T00:00:00Z"))%}';
  const now = new Date("2025-01-07T12:17:10.720+05:30");
  expect(compileContent("SMS", { sms: { body } }).render({ ...aRecipient(), now })).toMatchObject({ message: { body: "5 12" } });
});

describe("where the reference's pages say something else, the page of the language says why", () => {
  const page = readText("docs/personalisation.md");

  test.each([
    ["countOnlyNull([4,0,1,6,0,0])", "0"],
    ['getUrlProtocol("https://www.myurl.com/contact.html")', "https"],
    ["getCurrentZonedDateTime()", "2026-01-30T12:00Z"],
  ])("%s prints %s", (call, expected) => {
    expect(textOf(`{%= ${call} %}`, sample)).toBe(expected);
    expect(page).toContain(`\`${call}\``);
  });

  test.each([
    "{% if profile.vip %}a{% endif %}",
    "{%= topN(orders, price, 5) %}",
    '{%#if inAudience("x")%}a{%/if%}',
    '{%= matches(profile.name., "(?i)^John") %}',
    "{%= extractMonths(profile.at) %}",
    "{{fragment id='ajo:fragment123/variant456' mode='inline'}}",
    "{{fragment id=context.audiencePayload.fragmentId}}",
    '{{#inline "sport"}}sports{{/inline}}',
    '{{datasetLookup datasetId="d" id=profile.upcomingFlightId result="flight" required=false}}',
    '{{externalDataLookup actionId="d130c8e2" result="result"}}',
    '{{encrypt profile.person.email keyName="email-key" version="1" result="enc"}}',
    '{{executionMetadata key="firstName" value=profile.person.name.firstName}}',
    "{%= count(target.enrichment.purchases.price) %}",
    "{{offers.text.[a].[b].content}}",
    "{{xEvent.type}}",
    "{{context.system.source.id}}",
    "{%= diffInDays(profile.at, profile.at) %}",
    "{%= now() %}",
    "{{each profile.name as |product|}}{{product.productName}}{{/each}}",
    "{{[profile.name}}",
    "{{~profile.name~}}",
    "{{{{raw}}}}",
    "{{#each profile.orders}}{{@key}}{{../name}}{{/each}}",
  ])("%s is a fault", (body) => {
    expect(checkContent("SMS", { sms: { body } }).issues[0]?.severity).toBe("ERROR");
  });
});
