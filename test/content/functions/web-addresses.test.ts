import { describeFamily } from "../support/function-cases.ts";

describeFamily("Web addresses", {
  urlEncode: [
    ['urlEncode("a b&c=d/é")', "a%20b%26c%3Dd%2F%C3%A9"],
    ['urlEncode(substr("😀", 0, 1))', "%F0%9F%98%80"],
    ["urlEncode(profile.none)", ""],
  ],
  urlDecode: [
    ['urlDecode("a%20b%26c%C3%A9")', "a b&cé"],
    ['urlDecode("a+b")', "a+b"],
    ['urlDecode("100%")', "100%"],
    ["urlDecode(profile.none)", ""],
  ],
  getUrlHost: [
    ['getUrlHost("https://www.example.com:8080/contact")', "www.example.com"],
    ["getUrlHost(profile.none)", ""],
  ],
  getUrlPath: [
    ['getUrlPath("https://www.example.com/a/contact.html?x=1#y")', "/a/contact.html"],
    ['getUrlPath("https://www.example.com")', "/"],
    ['getUrlPath(concat("http:", profile.long))', 'excludes: concat("http:", profile.long)'],
    ['getUrlPath(concat(" ht\\ntp:/\\\\", profile.long, "/p"))', 'excludes: concat(" ht\\ntp:/\\\\", profile.long, "/p")'],
    ['length(getUrlPath(concat("https://e.com/", profile.long)))', "1001"],
    ['length(getUrlPath(concat("mailto:", profile.long)))', "1000"],
    ["getUrlPath(profile.none)", ""],
  ],
  getUrlProtocol: [
    ['getUrlProtocol("https://www.example.com")', "https"],
    ['getUrlProtocol("mailto:ann@example.com")', "mailto"],
    ["getUrlProtocol(profile.none)", ""],
  ],
  getUrlFragment: [
    ['getUrlFragment("https://www.example.com/contact.html#faq")', "faq"],
    ['getUrlFragment("https://www.example.com/contact.html")', ""],
    ["getUrlFragment(profile.none)", ""],
  ],
  appendQueryParams: [
    ['appendQueryParams("https://example.com/page", "utm_source", "email")', "https://example.com/page?utm_source=email"],
    ['appendQueryParams("https://e.com/?a=1&b=2#top", "a", "3")', "https://e.com/?b=2&a=3#top"],
    ['appendQueryParams("https://e.com/?x=%20y", "k&", "v w")', "https://e.com/?x=%20y&k%26=v%20w"],
    ['appendQueryParams("/relative#a#b", "k", "")', "/relative?k=#a#b"],
    ['appendQueryParams("https://e.com?", "k", 1)', "https://e.com?k=1"],
    ['appendQueryParams("https://e.com", "", "v")', "https://e.com"],
    ['appendQueryParams("https://e.com", "k", profile.none)', "https://e.com?k="],
    ['appendQueryParams(profile.none, "k", "v")', ""],
  ],
});
