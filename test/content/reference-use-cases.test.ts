import { describe, expect, test } from "vitest";
import { compileContent } from "../../src/content/index.ts";
import { aRecipient, htmlOf, textOf } from "./support/render.ts";

// By the title of the reference's public page: an example, and what the page says or shows of it. Data is the page's, too,
// where it has some; blanks between tags are left out.

const person = { name: { firstName: "John", lastName: "Doe" }, crmid: "c1", gender: "male" };

test("Get started with personalization: a greeting", () => {
  expect(textOf("Hello {{profile.person.name.firstName}} {{profile.person.name.lastName}}", { profile: { person } })).toBe(
    "Hello John Doe",
  );
});

describe("Personalization syntax", () => {
  const sample = {
    profile: {
      person: { name: "Mark & Mary", next: { name: "Ann" }, firstName: "John" },
      "my-custom-field": "mine",
      events: { "order-total": 120 },
      loyalty: { tier: "silver", pointsBalance: "501" },
      consents: { email: { val: "true" } },
      orders: [
        { id: 1, name: "Shoes", price: 89, status: "pending" },
        { id: 2, name: "Bag", price: 45, status: "sent" },
      ],
    },
    context: { journey: { events: { "1697323153": { timestamp: "2026-03-18T14:30:00Z" } } } },
  };

  test("two braces escape in html, three do not", () => {
    expect(htmlOf("<p>{{profile.person.name}}</p>", sample)).toBe("<p>Mark &amp; Mary</p>");
    expect(htmlOf("<p>{{{profile.person.name}}}</p>", sample)).toBe("<p>Mark & Mary</p>");
  });

  test.each([
    ['{ "message": "Hello \\"{{profile.person.firstName}}\\"" }', '{ "message": "Hello \\"John\\"" }'],
    ["{{profile.person.`next`.name}}", "Ann"],
    ["{{profile.my-custom-field}}", "mine"],
    ["{%= profile.events.`order-total` > 100 %}", "true"],
    ['{% let ts = formatDate(toDateTime(context.journey.events.`1697323153`.timestamp), "dd/MM/yyyy") %}{{ts}}', "18/03/2026"],
    ["{%= stringToNumber(profile.loyalty.pointsBalance) > 500 %}", "true"],
    ["{%= toBool(profile.consents.email.val) = true %}", "true"],
    [
      '{%#if profile.loyalty.tier = "gold"%}Gold{%else if profile.loyalty.tier = "silver"%}Silver{%else%}Default{%/if%}',
      "Silver",
    ],
    [
      '{{#each profile.orders as |order|}}{%#if order.status = "pending"%}Order {{order.id}} is pending.{%/if%}{{/each}}',
      "Order 1 is pending.",
    ],
    [
      "{% let topOrders = topN(profile.orders, price, 3) %}{{#each topOrders}}{{this.name}} — {{this.price}}€ {{/each}}",
      "Shoes — 89€ Bag — 45€ ",
    ],
    ["{%= -201 %} {%= 0 %} {%= 412 %} {{#each [1, 4, 7]}}{{this}}{{/each}}", "-201 0 412 147"],
  ])("%s prints %s", (template, expected) => {
    expect(textOf(template, sample)).toBe(expected);
  });
});

describe("Helpers", () => {
  const sample = {
    profile: {
      personalEmail: { address: "a@school.org", name: { firstName: "" } },
      homeAddress: { countryCode: "FR", city: ["Paris", "Oslo"] },
      person: { name: { firstName: "John", lastName: "Doe" } },
      products: [{ productName: "Pen", productRating: 5 }],
      productsInCart: [{ price: 100 }, { price: 250 }, { price: 300 }, { price: 1000 }],
      segmentMembership: { ups: { gold: { status: "exited" }, silver: { status: "existing" } } },
    },
  };

  test.each([
    ['Hello {%=profile.personalEmail.name.firstName ?: "there" %}!', "Hello there!"],
    ['{%#if profile.homeAddress.countryCode = "FR"%}Consultez{%else%}Checkout{%/if%}', "Consultez"],
    [
      '{%#if contains(profile.personalEmail.address, ".edu")%}Academia{%else if contains(profile.personalEmail.address, ".org")%}Non Profits{%else%}users{%/if%}',
      "Non Profits",
    ],
    [
      '{%#if profile.segmentMembership.get("ups").get("gold").status = "existing"%}gold{%else if profile.segmentMembership.get("ups").get("silver").status = "existing"%}silver{%/if%}',
      "silver",
    ],
    ["{{#each profile.homeAddress.city}}{{@index}} : {{this}}\n{{/each}}", "0 : Paris\n1 : Oslo\n"],
    ["{{#each profile.products as |product|}}{{product.productName}} {{product.productRating}}{{/each}}", "Pen 5"],
    ["{{#with profile.person.name}}{{this.firstName}} {{this.lastName}}{{/with}}", "John Doe"],
    ["{{#with profile.person.name as |name|}}Hi {{name.firstName}} {{name.lastName}}!{{/with}}", "Hi John Doe!"],
    [
      "{% let sum = 0%}{{#each profile.productsInCart as |p|}}{%#if p.price>100 and p.price<1000%}{%let sum = sum + p.price %}{%/if%}{{/each}}{{sum}}",
      "550",
    ],
  ])("%s prints %s", (template, expected) => {
    expect(textOf(template, sample)).toBe(expected);
  });
});

describe("Personalization recipes", () => {
  const sample = {
    profile: {
      loyalty: { expiryDate: "2026-04-18T14:05:00Z", tier: "silver", pointsBalance: "501" },
      subscription: { endDate: "2026-04-11" },
      purchases: {
        recentItems: [
          { name: "Running shoes", price: 89 },
          { name: "Water bottle", price: 15 },
        ],
      },
      orders: [{ id: "o-1", status: "pending" }],
      person: { name: { firstName: "John" }, birthDateTime: "2020-01-01T00:00:00Z" },
    },
    context: { journey: { events: { "1697323153": { timestamp: "2026-03-18T14:30:00Z" } } } },
  };
  const now = new Date("2026-04-11T14:05:00Z");

  test.each([
    ['{%= formatDate(getCurrentZonedDateTime(), "MMMM dd, yyyy") %}', "April 11, 2026"],
    ['{%= formatDate(getCurrentZonedDateTime(), "dd/MM/yyyy") %}', "11/04/2026"],
    ['{%= formatDate(getCurrentZonedDateTime(), "MM/dd/yyyy") %}', "04/11/2026"],
    ['{%= formatDate(getCurrentZonedDateTime(), "EEEE, MMMM dd") %}', "Saturday, April 11"],
    ['{%= formatDate(getCurrentZonedDateTime(), "yyyy-MM-dd") %}', "2026-04-11"],
    [
      "{% let daysLeft = dateDiff(getCurrentZonedDateTime(), stringToDate(profile.loyalty.expiryDate)) %}{%#if daysLeft > 0%}Your reward points expire in {{daysLeft}} day{%#if daysLeft > 1%}s{%/if%}. Use them before they're gone!{%else%}Your reward points have expired.{%/if%}",
      "Your reward points expire in 7 days. Use them before they're gone!",
    ],
    ['{%= formatDate(addDays(stringToDate(profile.subscription.endDate), -7), "MMMM dd, yyyy") %}', "April 04, 2026"],
    [
      '{%= formatDate(setHours(addDays(stringToDate(profile.subscription.endDate), -7), 9), "dd/MM/yyyy HH:mm") %}',
      "04/04/2026 09:00",
    ],
    [
      "{% let h = extractHours(getCurrentZonedDateTime()) %}{% let m = extractMinutes(getCurrentZonedDateTime()) %}Your appointment is at {{h}}:{%#if m < 10%}0{%/if%}{{m}}.",
      "Your appointment is at 14:05.",
    ],
    [
      "{%#if dayOfWeek(getCurrentZonedDateTime()) = 6 or dayOfWeek(getCurrentZonedDateTime()) = 7%}We're closed{%else%}24 hours{%/if%}",
      "We're closed",
    ],
    [
      "{{#each profile.purchases.recentItems}}- {{this.name}}: {{this.price}}€\n{{/each}}",
      "- Running shoes: 89€\n- Water bottle: 15€\n",
    ],
    ["{%= head(profile.purchases.recentItems).name %}", "Running shoes"],
    [
      '{{#each profile.orders}}{%#if this.status = "pending"%}Order {{this.id}} is pending{%/if%}{{/each}}',
      "Order o-1 is pending",
    ],
    [
      '{% let cleanName = replaceAll(profile.person.name.firstName, "[^a-zA-Z]", "") %}Hi {{cleanName}},\nYour exclusive code is: WELCOME-{%= upperCase(cleanName) %}',
      "Hi John,\nYour exclusive code is: WELCOME-JOHN",
    ],
    ['{ "greeting": "Hello \\"{{profile.person.name.firstName}}\\"" }', '{ "greeting": "Hello \\"John\\"" }'],
    ['{%= upperCase(formatDate(getCurrentZonedDateTime(), "MMMM")) %}', "APRIL"],
    ['{%= upperCase(formatDate(profile.person.birthDateTime, "EEEE MMMM dd yyyy")) %}', "WEDNESDAY JANUARY 01 2020"],
    ["{%#if profile.person.name.firstName%}Hi {{profile.person.name.firstName}},{%else%}Hi there,{%/if%}", "Hi John,"],
    [
      "Hi {%#if isEmpty(profile.person.name.firstName)%}valued customer{%else%}{{profile.person.name.firstName}}{%/if%},",
      "Hi John,",
    ],
    [
      '{% let appointmentDate = formatDate(toDateTime(context.journey.events.`1697323153`.timestamp), "dd/MM/yyyy HH:mm") %}Your appointment: {{appointmentDate}}',
      "Your appointment: 18/03/2026 14:30",
    ],
  ])("%s prints %s", (body, expected) => {
    const result = compileContent("SMS", { sms: { body } }).render({ ...aRecipient(sample), now });
    expect(result).toMatchObject({ kind: "rendered", message: { body: expected } });
  });

  test("what it writes without #, its own page of syntax calls unsupported, and is a fault here", () => {
    expect(() => textOf('{% if profile.loyalty.tier = "gold" %}a{% elseif true %}b{% endif %}', sample)).toThrow();
  });
});

describe("Iterate over contextual data", () => {
  const journey = {
    events: {
      event_ID: {
        productListItems: [{ name: "Pen", quantity: 2, priceTotal: 3 }],
        categories: [{ name: "Paper", items: [{ title: "A4" }, { title: "A5" }] }],
        bookingList: [
          { bookingInfo: { bookingNum: "B1", bookingCountry: "NO" } },
          { bookingInfo: { bookingNum: "B2", bookingCountry: "FR" } },
        ],
      },
    },
    actions: {
      GetRecommendations: {
        recommendations: [
          { productName: "Summer Jacket", price: 89.99, imageUrl: "https://example.com/jacket.jpg" },
          { productName: "Running Shoes", price: 129.99, imageUrl: "https://example.com/shoes.jpg" },
        ],
        items: [],
      },
      GetProducts: { responses: [{ productIDs: [1111, 2222] }, { productIDs: [4444] }] },
      GetLoyaltyInfo: { loyaltyTier: "gold", benefits: [{ name: "Free shipping", icon: "truck" }] },
    },
    datasetLookup: {
      "3709000": {
        entities: [
          { SKU: "s1", name: "Pan", category: "household", price: 20, onSale: true },
          { SKU: "s2", name: "Ball", category: "sport", price: 9 },
          { SKU: "s3", name: "Pot", category: "household", price: 15 },
        ],
      },
    },
    technicalProperties: { journeyUID: "J-1", supplementalId: "B2" },
  };

  test.each([
    [
      "{{#each context.journey.events.event_ID.productListItems as |product|}}<h3>{{product.name}}</h3><p>Quantity: {{product.quantity}}</p><p>Price: €{{product.priceTotal}}</p>{{/each}}",
      "<h3>Pen</h3><p>Quantity: 2</p><p>Price: €3</p>",
    ],
    [
      "{{#each context.journey.events.event_ID.categories as |category|}}<h2>{{category.name}}</h2><ul>{{#each category.items as |item|}}<li>{{item.title}}</li>{{/each}}</ul>{{/each}}",
      "<h2>Paper</h2><ul><li>A4</li><li>A5</li></ul>",
    ],
    [
      '{{#each context.journey.actions.GetRecommendations.recommendations as |item|}}<img src="{{item.imageUrl}}" alt="{{item.productName}}" /><p class="price">€{{item.price}}</p>{{/each}}',
      '<img src="https://example.com/jacket.jpg" alt="Summer Jacket" /><p class="price">€89.99</p><img src="https://example.com/shoes.jpg" alt="Running Shoes" /><p class="price">€129.99</p>',
    ],
    [
      "{{#each context.journey.actions.GetProducts.responses as |response|}}<ul>{{#each response.productIDs as |productID|}}<li>Product ID: {{productID}}</li>{{/each}}</ul>{{/each}}",
      "<ul><li>Product ID: 1111</li><li>Product ID: 2222</li></ul><ul><li>Product ID: 4444</li></ul>",
    ],
    [
      '<h2>Your {{context.journey.actions.GetLoyaltyInfo.loyaltyTier}} Member Benefits</h2>{{#each context.journey.actions.GetLoyaltyInfo.benefits as |benefit|}}<span class="icon-{{benefit.icon}}"></span>{{benefit.name}}{{/each}}',
      '<h2>Your gold Member Benefits</h2><span class="icon-truck"></span>Free shipping',
    ],
    [
      '{{#each context.journey.datasetLookup.3709000.entities as |product|}}{{#if product.category = "household"}}<h3>{{product.name}}</h3>{{/if}}{{/each}}',
      "<h3>Pan</h3><h3>Pot</h3>",
    ],
    [
      '{% let householdTotal = 0 %}{{#each context.journey.datasetLookup.3709000.entities as |product|}}{%#if product.category = "household"%}{% let householdTotal = householdTotal + product.price %}{%/if%}{{/each}}<p>Your household products total: €{{householdTotal}}</p>',
      "<p>Your household products total: €35</p>",
    ],
    [
      "{{#each context.journey.events.event_ID.bookingList as |booking|}}{%#if booking.bookingInfo.bookingNum = context.journey.technicalProperties.supplementalId%}<p>Destination: {{booking.bookingInfo.bookingCountry}}</p>{%/if%}{{/each}}",
      "<p>Destination: FR</p>",
    ],
    ["<p>Journey Reference: {{context.journey.technicalProperties.journeyUID}}</p>", "<p>Journey Reference: J-1</p>"],
    [
      "{{#each context.journey.actions.GetRecommendations.items as |item|}}<div>{{item.name}}</div>{{else}}<p>No recommendations available at this time.</p>{{/each}}",
      "<p>No recommendations available at this time.</p>",
    ],
    [
      '{{#each context.journey.datasetLookup.3709000.entities as |product|}}<h3>{{product.name}}</h3>{{#if product.onSale}}<span class="badge">On Sale!</span>{{/if}}{{/each}}',
      '<h3>Pan</h3><span class="badge">On Sale!</span><h3>Ball</h3><h3>Pot</h3>',
    ],
    [
      "{{#each context.journey.datasetLookup.3709000.entities as |product|}}{{#if @index < 2}}<div>{{product.name}}</div>{{/if}}{{/each}}",
      "<div>Pan</div><div>Ball</div>",
    ],
    [
      '{{#each context.journey.datasetLookup.3709000.entities as |product|}}<div class="product {{#if @first}}featured{{/if}}">{{@index}}. {{product.name}}</div>{{/each}}',
      '<div class="product featured">0. Pan</div><div class="product ">1. Ball</div><div class="product ">2. Pot</div>',
    ],
  ])("%s prints %s", (template, expected) => {
    expect(htmlOf(template, { context: { journey } })).toBe(expected);
  });
});

describe("Personalize URLs in emails", () => {
  const sample = {
    profile: { person: { ...person.name, crmid: "c1" }, social: { link: "https://me.example/x", baseUrl: "shop.example" } },
    context: { token: "t-1" },
  };

  test.each([
    ["https://www.adobe.com/users/{{profile.person.lastName}}", "https://www.adobe.com/users/Doe"],
    ["https://www.adobe.com/users?uid={{profile.person.firstName}}", "https://www.adobe.com/users?uid=John"],
    [
      "https://www.adobe.com/users?uid={{profile.person.crmid}}&token={{context.token}}",
      "https://www.adobe.com/users?uid=c1&token=t-1",
    ],
    ["{{profile.social.link}}", "https://me.example/x"],
    ["{{profile.social.baseUrl}}/profile", "shop.example/profile"],
    ["https://{{profile.social.baseUrl}}/profile", "https://shop.example/profile"],
    ["https://example.com/{{{profile.person.lastName}}}?ref={{{context.token}}}", "https://example.com/Doe?ref=t-1"],
  ])("%s is %s", (address, expected) => {
    expect(htmlOf(`<a href="${address}">x</a>`, sample)).toBe(`<a href="${expected}">x</a>`);
  });
});

test("Health plan prescriptions email: what is ready or recalled, plan by plan", () => {
  const plans = [
    {
      name: "Health Plan A",
      prescriptions: [
        { prescription_id: "pres1", name: "Medication A", state: "ready" },
        { prescription_id: "pres2", name: "Medication B", state: "recall" },
      ],
    },
    {
      name: "Health Plan B",
      prescriptions: [
        { prescription_id: "pres3", name: "Medication C", state: "picked up" },
        { prescription_id: "pres4", name: "Medication D", state: "ready" },
      ],
    },
  ];
  const template =
    '<p>Hi {{profile.person.firstName}} {{profile.person.lastName}},</p>{{#each profile.plans as |plan|}}<h3>{{plan.name}}</h3><ul>{{#each plan.prescriptions as |prescription|}}{%#if prescription.state = "ready" or prescription.state = "recall"%}<li>{{prescription.prescription_id}} {{prescription.name}} {{prescription.state}}</li>{%/if%}{{/each}}</ul>{{/each}}';
  expect(htmlOf(template, { profile: { person: person.name, plans } })).toBe(
    "<p>Hi John Doe,</p><h3>Health Plan A</h3><ul><li>pres1 Medication A ready</li><li>pres2 Medication B recall</li></ul><h3>Health Plan B</h3><ul><li>pres4 Medication D ready</li></ul>",
  );
});

test("Cart abandonment email: the name in capitals, the cart, and a note about one product", () => {
  const productListItems = [{ name: "Juno Jacket", quantity: 1, priceTotal: 77 }];
  const sample = { profile: { person }, context: { journey: { events: { event_ID: { productListItems } } } } };
  const template =
    '<p>{%= upperCase(profile.person.name.firstName) %}</p>{{#each context.journey.events.event_ID.productListItems as |product|}}<td><b>{{product.name}}</b></td><td><b>{{product.quantity}}</b></td><td><b>€{{product.priceTotal}}</b></td>{{/each}}{%#if context.journey.events.`event_ID`.productListItems.name = "Juno Jacket" %}Due to longer than usual lead times{%else%}{%/if%}';
  expect(htmlOf(template, sample)).toBe(
    "<p>JOHN</p><td><b>Juno Jacket</b></td><td><b>1</b></td><td><b>€77</b></td>Due to longer than usual lead times",
  );
});

test("Trigger campaigns using APIs, code examples: the contexts and profiles that they send", () => {
  const sample = {
    profile: {
      person: { name: { firstName: "John", lastName: "Chao", courtesyTitle: "Mr." }, mobilePhone: { number: "111-112-3456" } },
    },
    context: { product: { name: "Jackets", category: "Clothes" }, offerCode: "THANKSGIVING" },
  };
  const body =
    "{{profile.person.name.courtesyTitle}} {{profile.person.name.lastName}} ({{profile.person.mobilePhone.number}}): {{context.product.name}}, {{context.product.category}}, {{context.offerCode}}";
  expect(textOf(body, sample)).toBe("Mr. Chao (111-112-3456): Jackets, Clothes, THANKSGIVING");
});

test("External data lookup helper: an item by its number, with a fallback", () => {
  const template = 'First video description: {%=context.result.videos[0].description ?: "none found" %}';
  expect(textOf(template, { context: { result: { videos: [{ description: "Skiing" }] } } })).toContain(": Skiing");
  expect(textOf(template, { context: { result: {} } })).toContain(": none found");
});
