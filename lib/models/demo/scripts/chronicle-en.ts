/** A river from source to sea in 48 numbered stations: a reader can see that none is missing. */
export const chronicleEn = {
  opening:
    "This is the chronicle of the Lenne, from its source to the sea, in 48 numbered stations. It takes about two minutes. Reload the page while it runs, open it in a second tab, or press Stop: the numbers show whether anything was lost.",
  sections: [
    {
      title: "The source",
      stations: [
        "Under a slab of slate, at 1,412 metres, water comes out of the ground without a sound. It is four degrees cold, summer and winter.",
        "Ten steps on it is a thread, no wider than a hand, and moss has grown over it so that you hear it before you see it.",
        "A second spring joins from the left. Shepherds used to argue which of the two was the real one; the map settled for the higher.",
        "The first fall is as high as a chair. A dipper nests behind it, and has to fly through the water to reach its young.",
        "Where the slope eases, the stream spreads into a bog. Cotton grass stands in it, and the water turns the colour of tea.",
        "It leaves the bog by one narrow channel, cut by a farmer in 1874 and never needed since, because the farm burned down.",
        "Here the stream gets its name: a wooden sign says Lenne, with an arrow, as though one could miss it.",
        "The first bridge is a single beam. It is renewed every nine years, and the old beam becomes a bench at the next station.",
      ],
    },
    {
      title: "The mountain stream",
      stations: [
        "The bench. From here you see the whole upper valley, and the stream as a white line that stops and starts among the boulders.",
        "Trout live from this pool downwards. They stand facing the current, and let it bring them what they eat.",
        "A landslide in 1951 pushed the stream against the other bank. It has been cutting into the clay there, a hand's breadth a year.",
        "The water is clear enough to read a newspaper through, at a metre's depth. Somebody tried it, and the page is in the museum.",
        "The gorge begins. For eight hundred metres the walls are so close that snow falls in only when there is no wind.",
        "In the middle of the gorge a boulder the size of a house is wedged overhead. The river passes beneath it in the dark.",
        "At the lower end a gauge is painted on the rock. The highest mark, from 1910, is above the heads of those who read it.",
        "The gorge opens all at once, and the stream, which had been loud for an hour, can hardly be heard.",
        "Gravel banks. After every flood they lie somewhere else, and the plovers that nest on them have to begin again.",
        "A sawmill stood here until 1968. The wheel is gone, but the channel still carries water to nobody.",
      ],
    },
    {
      title: "The young river",
      stations: [
        "The Ash brook comes in from the right, brown after rain. For two hundred metres the two waters run side by side without mixing.",
        "From now on it counts as a river: the boundary stone says so, and behind it fishing needs a licence.",
        "The village of Orrin has its back to the water. Every house has steps down to it, and every step has a name scratched in it.",
        "Under the stone bridge of Orrin the water has worn the piers thin. They were sheathed in concrete in 1983, and the swallows came back.",
        "A weir, with a fish ladder of eleven basins. On good days in October you can count forty trout an hour on their way up.",
        "The first bend that deserves the name. On the outer side it takes the meadow, on the inner side it gives back sand.",
        "Alders hold the bank here. Where one was felled, the river has bitten out a bay exactly the size of its roots.",
        "A rope hangs from a poplar, and on every warm evening somebody swings out on it and lets go too early.",
        "An island, forty paces long, that belongs to no parish: each of the two says that the boundary runs on the near side.",
        "The old ferry ran on a cable. The fare was an egg, and there is a photograph of a bishop who had not brought one.",
      ],
    },
    {
      title: "The plain",
      stations: [
        "The hills step back. The river falls one metre in a kilometre now, and takes its time.",
        "Here it was made straight in 1822, over nine kilometres. The old bends still lie in the fields, as ponds in the shape of sickles.",
        "Because it ran faster when straight, it dug itself down by three metres, and the wells of six villages went dry.",
        "Since 2009 one of the old bends is connected again. It took the kingfisher eleven days to find it.",
        "The town of Marl. The quay is from the time of the salt, and iron rings hang at a height where no boat has been for a century.",
        "The waterworks takes a hundred litres a second and gives back ninety-six, a little further on, a little warmer.",
        "A gauge reports the level every fifteen minutes by radio. The old keeper still writes it into a book at noon.",
        "The railway bridge was blown up twice and built three times. Trains slow down on it to this day, though nobody remembers why.",
        "Poplars in rows, and behind them a dyke. From here on the river lies higher than the fields beside it.",
        "Barges can come up as far as this. The skippers turn by the church, with the bow in the mouth of the brook.",
      ],
    },
    {
      title: "To the sea",
      stations: [
        "The water tastes different, though nobody could say of what. At spring tide the river stands still here for ten minutes.",
        "The last bridge is high enough for masts. It is closed in storms, and then the two halves of the county write letters.",
        "Reeds, for an hour on either side. A bittern calls in them that hardly anyone has ever seen.",
        "The river divides. The northern arm is silting up, the southern one is dredged, and both are called the Lenne.",
        "Seals lie on a sandbank, and look at the boats in the way people look at weather.",
        "The lighthouse stands two kilometres inland, because the land has grown since it was built.",
        "The last buoy on the chart has the number 1: it was numbered from the other side.",
        "Fresh water floats on salt, and a ship's wake shows green between the two, like something opened.",
        "Further out no line divides them any more. A cork that left the slate slab would have needed eleven days.",
        "The sea. It rains there, and some of that rain drifts east and falls on slate, at 1,412 metres.",
      ],
    },
  ],
  ending:
    "That was station 48 of 48. If you have read every number from 1 to 48 once, nothing was lost on the way.",
};
