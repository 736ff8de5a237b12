// Generated from wasm/raster.ts by wasm/build.mjs. Do not edit.

  var bufferView;

  function wasm2js_memory_fill(dest, value, size) {
    dest = dest >>> 0;
    size = size >>> 0;
    if (dest + size > bufferView.length) throw "trap: invalid memory.fill";
    bufferView.fill(value, dest, dest + size);
  }
      function wasm2js_trap() { throw new Error('abort'); }

function asmFunc(imports) {
 var buffer = new ArrayBuffer(0);
 var HEAP8 = new Int8Array(buffer);
 var HEAP16 = new Int16Array(buffer);
 var HEAP32 = new Int32Array(buffer);
 var HEAPU8 = new Uint8Array(buffer);
 var HEAPU16 = new Uint16Array(buffer);
 var HEAPU32 = new Uint32Array(buffer);
 var HEAPF32 = new Float32Array(buffer);
 var HEAPF64 = new Float64Array(buffer);
 var Math_imul = Math.imul;
 var Math_fround = Math.fround;
 var Math_abs = Math.abs;
 var Math_clz32 = Math.clz32;
 var Math_min = Math.min;
 var Math_max = Math.max;
 var Math_floor = Math.floor;
 var Math_ceil = Math.ceil;
 var Math_trunc = Math.trunc;
 var Math_sqrt = Math.sqrt;
 var global$0 = 0;
 var global$1 = 0;
 var global$2 = 0;
 var global$3 = 0;
 var global$4 = 0;
 var global$5 = 0;
 var global$6 = 0;
 var global$7 = 0;
 var global$8 = .75;
 var global$9 = 1;
 var global$10 = 0.0;
 var global$11 = 0.0;
 var global$12 = 0.0;
 var global$13 = 0;
 var global$14 = 0;
 var global$15 = 0;
 var global$16 = 0.0;
 var global$17 = 0.0;
 var global$18 = 0;
 var global$19 = 0.0;
 var global$20 = 0.0;
 var global$21 = 0.0;
 var global$22 = 0.0;
 var global$23 = 0.0;
 var global$24 = 0;
 function $0() {
  var $0_1 = 0.0, $1_1 = 0.0, $2_1 = 0, $3_1 = 0.0, $4_1 = 0.0, $5 = 0.0, $6_1 = 0;
  if ((global$15 | 0) == 1) {
   $5 = global$17;
   $4_1 = global$16;
   $1_1 = global$8 + global$8;
   $6_1 = ~~Math_floor(Math_min(+(global$0 | 0), $4_1 + $1_1 + 1.0));
   $2_1 = ~~Math_floor(Math_max($4_1 - $1_1 + -1.0, -1.0));
   while (1) {
    if (($2_1 | 0) <= ($6_1 | 0)) {
     $0_1 = +($2_1 | 0) + .5 - $4_1;
     $3_1 = $1_1 * $1_1 - $0_1 * $0_1;
     $0_1 = Math_max(Math_min($1_1 + .5 - Math_abs($0_1), 1.0), 0.0);
     $3_1 = $3_1 > 0.0 ? Math_sqrt($3_1) : $0_1 * .5;
     if ($0_1 > 0.0) {
      $1($2_1, $5 - $3_1, $5 + $3_1, $0_1)
     }
     $2_1 = $2_1 + 1 | 0;
     continue;
    }
    break;
   };
  } else {
   if ((global$15 | 0) > 1) {
    global$23 = global$23 + (global$23 >= global$21 ? global$8 : -global$8);
    $3();
   }
  }
  global$15 = 0;
 }
 
 function $1($0_1, $1_1, $2_1, $3_1) {
  var $4_1 = 0, $5 = 0, $6_1 = 0, $7_1 = 0, $8_1 = 0;
  if (($0_1 | 0) < 0 | (global$0 | 0) <= ($0_1 | 0)) {
   return
  }
  $2_1 = Math_min(+(global$1 | 0), $2_1);
  $1_1 = Math_max($1_1, 0.0);
  if (!($2_1 > $1_1)) {
   return
  }
  $4_1 = ~~$2_1;
  $5 = global$1 - 1 | 0;
  $5 = ($4_1 | 0) < ($5 | 0) ? $4_1 : $5;
  $4_1 = ~~$1_1;
  $6_1 = $0_1 << 2;
  $7_1 = $6_1 + global$5 | 0;
  if (($4_1 | 0) < HEAP32[$7_1 >> 2]) {
   HEAP32[$7_1 >> 2] = $4_1
  }
  $6_1 = $6_1 + global$6 | 0;
  if (HEAP32[$6_1 >> 2] < ($5 | 0)) {
   HEAP32[$6_1 >> 2] = $5
  }
  if ((global$13 | 0) > ($0_1 | 0)) {
   global$13 = $0_1
  }
  if ((global$14 | 0) < ($0_1 | 0)) {
   global$14 = $0_1
  }
  $6_1 = global$4 + Math_imul(global$1, $0_1) | 0;
  $3_1 = $3_1 * 255.0;
  if (($4_1 | 0) == ($5 | 0)) {
   $0_1 = $4_1 + $6_1 | 0;
   $4_1 = HEAPU8[$0_1 | 0] + ~~(($2_1 - $1_1) * $3_1 + .5) | 0;
   HEAP8[$0_1 | 0] = ($4_1 | 0) >= 255 ? 255 : $4_1;
   return;
  }
  $0_1 = $4_1 + $6_1 | 0;
  $7_1 = HEAPU8[$0_1 | 0] + ~~((+($4_1 + 1 | 0) - $1_1) * $3_1 + .5) | 0;
  HEAP8[$0_1 | 0] = ($7_1 | 0) >= 255 ? 255 : $7_1;
  $7_1 = ~~($3_1 + .5);
  if (($7_1 | 0) >= 255) {
   wasm2js_memory_fill($0_1 + 1 | 0, 255, ($5 - $4_1 | 0) - 1 | 0)
  } else {
   $0_1 = $4_1 + 1 | 0;
   while (1) {
    if (($0_1 | 0) < ($5 | 0)) {
     $4_1 = $0_1 + $6_1 | 0;
     $8_1 = $7_1 + HEAPU8[$4_1 | 0] | 0;
     HEAP8[$4_1 | 0] = ($8_1 | 0) >= 255 ? 255 : $8_1;
     $0_1 = $0_1 + 1 | 0;
     continue;
    }
    break;
   };
  }
  $0_1 = $5 + $6_1 | 0;
  $4_1 = HEAPU8[$0_1 | 0] + ~~(($2_1 - +($5 | 0)) * $3_1 + .5) | 0;
  HEAP8[$0_1 | 0] = ($4_1 | 0) >= 255 ? 255 : $4_1;
 }
 
 function $2($0_1, $1_1) {
  var $2_1 = 0.0, $3_1 = 0, $4_1 = 0.0, $5 = 0, $6_1 = 0.0, $7_1 = 0.0, $8_1 = 0.0, $9_1 = 0, $10 = 0;
  if ($1_1 - $1_1 != 0.0 | $0_1 - $0_1 != 0.0) {
   $0();
   return;
  }
  $1_1 = Math_max(Math_min($1_1, 1.0e7), -1.0e7);
  $0_1 = Math_max(Math_min($0_1, 1.0e7), -1.0e7);
  $5 = ~~Math_floor($0_1);
  if (!global$15) {
   global$15 = 1;
   global$24 = 0;
   global$18 = $5;
   $4_1 = $0_1 - global$8;
   global$21 = $4_1;
   global$22 = $1_1;
   global$23 = $4_1;
   global$19 = $1_1;
   global$20 = $1_1;
   global$23 = $0_1;
   global$16 = $0_1;
   global$17 = $1_1;
   return;
  }
  global$15 = global$15 + 1 | 0;
  if ((global$18 | 0) != ($5 | 0)) {
   $7_1 = global$17;
   $8_1 = global$16;
   $4_1 = ($1_1 - $7_1) / ($0_1 - $8_1);
   if ((global$18 | 0) < ($5 | 0)) {
    $2_1 = +(global$18 + 1 | 0);
    global$23 = $2_1;
    $2_1 = $7_1 + $4_1 * ($2_1 - $8_1);
    global$17 = $2_1;
    if (global$19 > $2_1) {
     global$19 = $2_1
    }
    if (global$20 < $2_1) {
     global$20 = $2_1
    }
    $3();
    $3_1 = global$0 + 2 | 0;
    $9_1 = ($3_1 | 0) > ($5 | 0) ? $5 : $3_1;
    $3_1 = global$18 + 1 | 0;
    if (($3_1 | 0) < -2) {
     $3_1 = ($5 | 0) >= -2 ? -2 : $5
    }
    global$18 = $3_1;
    $2_1 = +($3_1 | 0);
    global$21 = $2_1;
    $6_1 = $7_1 + $4_1 * ($2_1 - $8_1);
    global$22 = $6_1;
    global$23 = $2_1;
    global$19 = $6_1;
    global$20 = $6_1;
    while (1) {
     if (($3_1 | 0) < ($9_1 | 0)) {
      $3_1 = $3_1 + 1 | 0;
      $2_1 = +($3_1 | 0);
      global$23 = $2_1;
      $2_1 = $7_1 + $4_1 * ($2_1 - $8_1);
      global$17 = $2_1;
      if (global$19 > $2_1) {
       global$19 = $2_1
      }
      if (global$20 < $2_1) {
       global$20 = $2_1
      }
      $3();
      global$18 = $3_1;
      $2_1 = +($3_1 | 0);
      global$21 = $2_1;
      $6_1 = global$17;
      global$22 = $6_1;
      global$23 = $2_1;
      global$19 = $6_1;
      global$20 = $6_1;
      continue;
     }
     break;
    };
    if (($3_1 | 0) < ($5 | 0)) {
     global$18 = $5;
     $2_1 = +($5 | 0);
     global$21 = $2_1;
     $4_1 = $7_1 + $4_1 * ($2_1 - $8_1);
     global$22 = $4_1;
     global$23 = $2_1;
     global$19 = $4_1;
     global$20 = $4_1;
    }
   } else {
    $2_1 = +(global$18 | 0);
    global$23 = $2_1;
    $2_1 = $7_1 + $4_1 * ($2_1 - $8_1);
    global$17 = $2_1;
    if (global$19 > $2_1) {
     global$19 = $2_1
    }
    if (global$20 < $2_1) {
     global$20 = $2_1
    }
    $3();
    $10 = ($5 | 0) <= -3 ? -3 : $5;
    $3_1 = global$18 - 1 | 0;
    $9_1 = global$0 + 1 | 0;
    if (($3_1 | 0) > ($9_1 | 0)) {
     $3_1 = ($5 | 0) > ($9_1 | 0) ? $5 : $9_1
    }
    global$18 = $3_1;
    $2_1 = +($3_1 + 1 | 0);
    global$21 = $2_1;
    $6_1 = $7_1 + $4_1 * ($2_1 - $8_1);
    global$22 = $6_1;
    global$23 = $2_1;
    global$19 = $6_1;
    global$20 = $6_1;
    while (1) {
     if (($3_1 | 0) > ($10 | 0)) {
      $2_1 = +($3_1 | 0);
      global$23 = $2_1;
      $2_1 = $7_1 + $4_1 * ($2_1 - $8_1);
      global$17 = $2_1;
      if (global$19 > $2_1) {
       global$19 = $2_1
      }
      if (global$20 < $2_1) {
       global$20 = $2_1
      }
      $3();
      $3_1 = $3_1 - 1 | 0;
      $2_1 = +($3_1 + 1 | 0);
      global$18 = $3_1;
      global$21 = $2_1;
      $6_1 = global$17;
      global$22 = $6_1;
      global$23 = $2_1;
      global$19 = $6_1;
      global$20 = $6_1;
      continue;
     }
     break;
    };
    if (($3_1 | 0) > ($5 | 0)) {
     global$18 = $5;
     $2_1 = +($5 + 1 | 0);
     global$21 = $2_1;
     $4_1 = $7_1 + $4_1 * ($2_1 - $8_1);
     global$22 = $4_1;
     global$23 = $2_1;
     global$19 = $4_1;
     global$20 = $4_1;
    }
   }
  }
  global$23 = $0_1;
  global$17 = $1_1;
  if (global$19 > $1_1) {
   global$19 = $1_1
  }
  if (global$20 < $1_1) {
   global$20 = $1_1
  }
  global$16 = $0_1;
 }
 
 function $3() {
  var $0_1 = 0.0, $1_1 = 0, $2_1 = 0.0, $3_1 = 0, $4_1 = 0.0, $5 = 0, $6_1 = 0.0, $7_1 = 0, $8_1 = 0, $9_1 = 0.0, $10 = 0.0, $11_1 = 0.0, $12_1 = 0.0, $13 = 0, $14 = 0, $15 = 0.0;
  $1_1 = global$18;
  if (($1_1 | 0) > (global$0 + 1 | 0) | ($1_1 | 0) < -2) {
   return
  }
  $2_1 = global$17;
  $3_1 = global$22 == global$19;
  if ($3_1) {
   $3_1 = global$20 == $2_1
  }
  if (!$3_1) {
   $3_1 = global$19 == $2_1 & global$22 == global$20
  }
  $4_1 = global$20 - global$19;
  $5 = $4_1 <= (($3_1 ? global$9 : 0) ? (global$24 ? .6 : 1.6) : 1.0);
  global$24 = !$5;
  if ($5) {
   $0_1 = Math_min(Math_abs(global$23 - global$21), 1.0);
   if (global$11 > 0.0) {
    $2_1 = +($1_1 | 0) + global$12;
    $6_1 = $2_1 - Math_floor($2_1 / global$11) * global$11;
    $2_1 = $6_1 + 1.0;
    $6_1 = Math_max(Math_min($2_1, global$10) - $6_1, 0.0);
    if ($2_1 > global$11) {
     $6_1 = $6_1 + Math_min(global$10, $2_1 - global$11)
    }
    $0_1 = $0_1 * $6_1;
   }
   if ($0_1 > 0.0) {
    $2_1 = (global$19 + global$20) * .5;
    $4_1 = global$8 * Math_sqrt($4_1 * $4_1 + 1.0);
    $1($1_1, $2_1 - $4_1, $2_1 + $4_1, $0_1);
   }
   return;
  }
  if (global$11 > 0.0 ? $3_1 : 0) {
   $5 = global$8 * 16.0 > $4_1
  } else {
   $5 = 0
  }
  if ($5) {
   $0_1 = +($1_1 | 0) + global$12;
   $0_1 = $0_1 - Math_floor($0_1 / global$11) * global$11;
   $4_1 = $0_1 + 1.0;
   $0_1 = Math_max(Math_min($4_1, global$10) - $0_1, 0.0);
   if ($4_1 > global$11) {
    $0_1 = $0_1 + Math_min(global$10, $4_1 - global$11)
   }
   if ($0_1 < 1.0) {
    if ($0_1 > 0.0) {
     $1($1_1, global$19 - global$8, global$20 + global$8, $0_1)
    }
    return;
   }
  }
  if (global$9 ? $3_1 : 0) {
   $0_1 = global$23;
   $9_1 = global$21;
   $10 = global$22;
   $11_1 = ($0_1 - $9_1) / ($2_1 - $10);
   $6_1 = global$8 * Math_sqrt($11_1 * $11_1 + 1.0);
   $12_1 = Math_min(+(global$1 | 0), Math_max($2_1, $10));
   $2_1 = Math_max(Math_min($2_1, $10), 0.0);
   if ($12_1 > $2_1) {
    $3_1 = ~~$2_1;
    $1_1 = ~~$12_1;
    $5 = global$1 - 1 | 0;
    $13 = ($1_1 | 0) < ($5 | 0) ? $1_1 : $5;
    $1_1 = ~~Math_floor(Math_max($0_1, $9_1) + $6_1);
    $5 = global$0 - 1 | 0;
    $14 = ($1_1 | 0) < ($5 | 0) ? $1_1 : $5;
    $1_1 = ~~Math_floor(Math_min($0_1, $9_1) - $6_1);
    $5 = ($1_1 | 0) > 0 ? $1_1 : 0;
    $1_1 = $5;
    while (1) {
     if (($1_1 | 0) <= ($14 | 0)) {
      $7_1 = $1_1 << 2;
      $8_1 = $7_1 + global$5 | 0;
      if (HEAP32[$8_1 >> 2] > ($3_1 | 0)) {
       HEAP32[$8_1 >> 2] = $3_1
      }
      $7_1 = $7_1 + global$6 | 0;
      if (HEAP32[$7_1 >> 2] < ($13 | 0)) {
       HEAP32[$7_1 >> 2] = $13
      }
      if ((global$13 | 0) > ($1_1 | 0)) {
       global$13 = $1_1
      }
      if ((global$14 | 0) < ($1_1 | 0)) {
       global$14 = $1_1
      }
      $1_1 = $1_1 + 1 | 0;
      continue;
     }
     break;
    };
    $1_1 = $3_1;
    while (1) {
     if (($1_1 | 0) <= ($13 | 0)) {
      $0_1 = +($1_1 | 0);
      $4_1 = Math_max($2_1, $0_1);
      $0_1 = Math_min($0_1 + 1.0, $12_1);
      $15 = ($0_1 - $4_1) * 255.0;
      $0_1 = $9_1 + (($4_1 + $0_1) * .5 - $10) * $11_1;
      $3_1 = $5;
      while (1) {
       if (($3_1 | 0) <= ($14 | 0)) {
        $4_1 = +($3_1 | 0);
        $4_1 = Math_min($0_1 + $6_1, $4_1 + 1.0) - Math_max($4_1, $0_1 - $6_1);
        if ($4_1 > 0.0) {
         $7_1 = $1_1 + (global$4 + Math_imul(global$1, $3_1) | 0) | 0;
         $8_1 = HEAPU8[$7_1 | 0] + ~~($4_1 * $15 + .5) | 0;
         HEAP8[$7_1 | 0] = ($8_1 | 0) >= 255 ? 255 : $8_1;
        }
        $3_1 = $3_1 + 1 | 0;
        continue;
       }
       break;
      };
      $1_1 = $1_1 + 1 | 0;
      continue;
     }
     break;
    };
   }
   return;
  }
  $1($1_1, global$19 - global$8, global$20 + global$8, 1.0);
  if (global$9) {
   $0_1 = global$8 + -.5;
   $3_1 = 1;
   while (1) {
    if ($0_1 > 0.0) {
     $2_1 = Math_min($0_1, 1.0);
     $1($1_1 - $3_1 | 0, global$19, global$20, $2_1);
     $1($1_1 + $3_1 | 0, global$19, global$20, $2_1);
     $0_1 = $0_1 + -1.0;
     $3_1 = $3_1 + 1 | 0;
     continue;
    }
    break;
   };
  }
 }
 
 function $4($0_1, $1_1) {
  var $2_1 = 0, $3_1 = 0, $4_1 = 0, $5 = 0, $6_1 = 0, $7_1 = 0, $8_1 = 0, $9_1 = 0, $10 = 0, $11_1 = 0, $12_1 = 0;
  $7_1 = $0_1 | -16777216;
  $10 = $7_1 & 16711935;
  $11_1 = $7_1 >>> 8 & 16711935;
  $5 = global$13;
  while (1) {
   if ((global$14 | 0) >= ($5 | 0)) {
    $0_1 = $5 << 2;
    $3_1 = $0_1 + global$5 | 0;
    $6_1 = HEAP32[$3_1 >> 2];
    $0_1 = $0_1 + global$6 | 0;
    $8_1 = HEAP32[$0_1 >> 2];
    if (($6_1 | 0) <= ($8_1 | 0)) {
     HEAP32[$3_1 >> 2] = 2147483647;
     HEAP32[$0_1 >> 2] = -1;
     $3_1 = Math_imul(global$1, $5);
     $0_1 = $6_1;
     while (1) {
      if (($0_1 | 0) <= ($8_1 | 0)) {
       $2_1 = HEAPU8[$0_1 + ($3_1 + global$4 | 0) | 0];
       block : {
        if (!$2_1) {
         break block
        }
        $4_1 = global$2 + ($0_1 + $3_1 << 2) | 0;
        $2_1 = Math_imul($1_1, $2_1);
        if (($2_1 | 0) == 65025) {
         HEAP32[$4_1 >> 2] = $7_1;
         break block;
        }
        $12_1 = $4_1;
        $2_1 = Math_imul($2_1, 258) + 32768 >>> 16 | 0;
        $9_1 = 256 - $2_1 | 0;
        $4_1 = HEAP32[$4_1 >> 2];
        HEAP32[$12_1 >> 2] = (Math_imul($9_1, $4_1 & 16711935) + Math_imul($2_1, $10) | 0) + 8388736 >>> 8 & 16711935 | (Math_imul($9_1, $4_1 >>> 8 & 16711935) + Math_imul($2_1, $11_1) | 0) + 8388736 & -16711936;
       }
       $0_1 = $0_1 + 1 | 0;
       continue;
      }
      break;
     };
     wasm2js_memory_fill($6_1 + ($3_1 + global$4 | 0) | 0, 0, ($8_1 - $6_1 | 0) + 1 | 0);
    }
    $5 = $5 + 1 | 0;
    continue;
   }
   break;
  };
  global$13 = global$0;
  global$14 = -1;
 }
 
 function $6($0_1) {
  $0_1 = $0_1 | 0;
  $0_1 = ((global$7 + ($0_1 << 3) | 0) + 65535 >>> 16 | 0) - __wasm_memory_size() | 0;
  if (($0_1 | 0) > 0) {
   $0_1 = (__wasm_memory_grow($0_1 | 0) | 0) < 0
  } else {
   $0_1 = 0
  }
  if ($0_1) {
   wasm2js_trap()
  }
  return global$7 | 0;
 }
 
 function $7($0_1, $1_1, $2_1, $3_1, $4_1, $5, $6_1) {
  $0_1 = $0_1 | 0;
  $1_1 = +$1_1;
  $2_1 = +$2_1;
  $3_1 = +$3_1;
  $4_1 = +$4_1;
  $5 = $5 | 0;
  $6_1 = $6_1 | 0;
  var $7_1 = 0, $8_1 = 0.0, $9_1 = 0, $10 = 0;
  $9_1 = global$7;
  $10 = global$7 + ($0_1 << 3) | 0;
  global$15 = 0;
  while (1) {
   if (($0_1 | 0) > ($7_1 | 0)) {
    $8_1 = HEAPF64[($7_1 << 3) + $10 >> 3];
    if ($8_1 - $8_1 != 0.0) {
     $0()
    } else {
     $2((HEAPF64[($7_1 << 3) + $9_1 >> 3] - $1_1) * $2_1, ($8_1 - $3_1) * $4_1)
    }
    $7_1 = $7_1 + 1 | 0;
    continue;
   }
   break;
  };
  $0();
  $4($5, $6_1);
 }
 
 function $8($0_1, $1_1, $2_1, $3_1, $4_1) {
  $0_1 = +$0_1;
  $1_1 = $1_1 | 0;
  $2_1 = +$2_1;
  $3_1 = +$3_1;
  $4_1 = +$4_1;
  global$8 = $0_1 * .5;
  global$9 = ($1_1 | 0) != 0;
  global$10 = $2_1;
  global$11 = $2_1 > 0.0 ? $2_1 + $3_1 : 0.0;
  global$12 = $4_1;
 }
 
 function $9() {
  var $0_1 = 0, $1_1 = 0, $2_1 = 0, $3_1 = 0, $4_1 = 0, $5 = 0, $6_1 = 0, $7_1 = 0, $8_1 = 0, $9_1 = 0, $10 = 0, $11_1 = 0;
  while (1) {
   if ((global$1 | 0) > ($6_1 | 0)) {
    $1_1 = $6_1 + 16 | 0;
    $0_1 = global$1;
    $9_1 = ($0_1 | 0) > ($1_1 | 0) ? $1_1 : $0_1;
    $1_1 = 0;
    while (1) {
     if ((global$0 | 0) > ($1_1 | 0)) {
      $2_1 = $1_1 + 16 | 0;
      $0_1 = global$0;
      $10 = ($0_1 | 0) > ($2_1 | 0) ? $2_1 : $0_1;
      $0_1 = $6_1;
      while (1) {
       if (($0_1 | 0) < ($9_1 | 0)) {
        $2_1 = $1_1;
        while (1) {
         if (($2_1 | 0) < ($10 | 0)) {
          $11_1 = global$3 + ($2_1 + Math_imul(global$0, $0_1) << 2) | 0;
          $5 = HEAP32[global$2 + ($0_1 + Math_imul(global$1, $2_1) << 2) >> 2];
          $4_1 = $5 >>> 24 | 0;
          if ($4_1 ? ($4_1 | 0) != 255 : 0) {
           $7_1 = $4_1 >>> 1 | 0;
           $3_1 = ($7_1 + Math_imul($5 >>> 16 & 255, 255) >>> 0) / ($4_1 >>> 0) | 0;
           $8_1 = $4_1 << 24 | ($3_1 >>> 0 >= 255 ? 255 : $3_1) << 16;
           $3_1 = ($7_1 + Math_imul($5 >>> 8 & 255, 255) >>> 0) / ($4_1 >>> 0) | 0;
           $8_1 = $8_1 | ($3_1 >>> 0 >= 255 ? 255 : $3_1) << 8;
           $3_1 = ($7_1 + Math_imul($5 & 255, 255) >>> 0) / ($4_1 >>> 0) | 0;
           $5 = $8_1 | ($3_1 >>> 0 >= 255 ? 255 : $3_1);
          }
          HEAP32[$11_1 >> 2] = $5;
          $2_1 = $2_1 + 1 | 0;
          continue;
         }
         break;
        };
        $0_1 = $0_1 + 1 | 0;
        continue;
       }
       break;
      };
      $1_1 = $1_1 + 16 | 0;
      continue;
     }
     break;
    };
    $6_1 = $6_1 + 16 | 0;
    continue;
   }
   break;
  };
  return global$3 | 0;
 }
 
 function $11($0_1, $1_1, $2_1, $3_1, $4_1, $5, $6_1) {
  $0_1 = $0_1 | 0;
  $1_1 = +$1_1;
  $2_1 = +$2_1;
  $3_1 = +$3_1;
  $4_1 = +$4_1;
  $5 = $5 | 0;
  $6_1 = $6_1 | 0;
  var $7_1 = 0, $8_1 = 0, $9_1 = 0.0, $10 = 0, $11_1 = 0.0, $12_1 = 0.0, $13 = 0, $14 = 0.0, $15 = 0.0, $16 = 0.0;
  $7_1 = $0_1 << 3;
  $13 = global$7 + Math_imul($7_1, 6) | 0;
  global$15 = 0;
  while (1) {
   if (($0_1 | 0) > ($10 | 0)) {
    if (HEAPU8[$10 + $13 | 0]) {
     $0()
    }
    $8_1 = global$7 + ($10 << 3) | 0;
    $9_1 = (HEAPF64[$8_1 >> 3] - $1_1) * $2_1;
    $14 = (HEAPF64[$7_1 + $8_1 >> 3] - $1_1) * $2_1;
    $15 = (HEAPF64[($7_1 << 1) + $8_1 >> 3] - $3_1) * $4_1;
    $16 = (HEAPF64[Math_imul($7_1, 5) + $8_1 >> 3] - $3_1) * $4_1;
    $11_1 = (HEAPF64[($7_1 << 2) + $8_1 >> 3] - $3_1) * $4_1;
    $12_1 = (HEAPF64[Math_imul($7_1, 3) + $8_1 >> 3] - $3_1) * $4_1;
    block : {
     if ($11_1 - $11_1 != 0.0 | $12_1 - $12_1 != 0.0) {
      $0();
      break block;
     }
     $9_1 = ($9_1 + $14) * .5;
     $2($9_1, $15);
     if ($11_1 != $12_1) {
      $2($9_1, $12_1);
      $2($9_1, $11_1);
      $2($9_1, $16);
     }
    }
    $10 = $10 + 1 | 0;
    continue;
   }
   break;
  };
  $0();
  $4($5, $6_1);
 }
 
 function $12($0_1, $1_1) {
  $0_1 = $0_1 | 0;
  $1_1 = $1_1 | 0;
  var $2_1 = 0;
  global$0 = $0_1;
  global$1 = $1_1;
  global$2 = 1024;
  $1_1 = Math_imul($0_1, $1_1);
  $2_1 = $1_1 << 2;
  global$3 = $2_1 + 1024 | 0;
  global$4 = $2_1 + global$3 | 0;
  global$5 = ($1_1 + global$4 | 0) + 7 & -8;
  $2_1 = $0_1 << 2;
  global$6 = $2_1 + global$5 | 0;
  global$7 = ($2_1 + global$6 | 0) + 7 & -8;
  $2_1 = (global$7 + 65535 >>> 16 | 0) - __wasm_memory_size() | 0;
  if (($2_1 | 0) > 0) {
   $2_1 = (__wasm_memory_grow($2_1 | 0) | 0) < 0
  } else {
   $2_1 = 0
  }
  if ($2_1) {
   wasm2js_trap()
  }
  wasm2js_memory_fill(global$2, 0, $1_1 << 2);
  wasm2js_memory_fill(global$4, 0, $1_1);
  $1_1 = 0;
  while (1) {
   if (($0_1 | 0) > ($1_1 | 0)) {
    $2_1 = $1_1 << 2;
    HEAP32[$2_1 + global$5 >> 2] = 2147483647;
    HEAP32[$2_1 + global$6 >> 2] = -1;
    $1_1 = $1_1 + 1 | 0;
    continue;
   }
   break;
  };
  global$13 = $0_1;
  global$14 = -1;
 }
 
 bufferView = HEAPU8;
 function __wasm_memory_size() {
  return buffer.byteLength >> 16;
 }
 
 function __wasm_memory_grow(pagesToAdd) {
  pagesToAdd = pagesToAdd | 0;
  var oldPages = __wasm_memory_size() | 0;
  var newPages = oldPages + pagesToAdd | 0;
  if ((oldPages < newPages) && (newPages < 65536)) {
   var newBuffer = new ArrayBuffer(newPages << 16);
   var newHEAP8 = new Int8Array(newBuffer);
   newHEAP8.set(HEAP8);
   HEAP8 = new Int8Array(newBuffer);
   HEAP16 = new Int16Array(newBuffer);
   HEAP32 = new Int32Array(newBuffer);
   HEAPU8 = new Uint8Array(newBuffer);
   HEAPU16 = new Uint16Array(newBuffer);
   HEAPU32 = new Uint32Array(newBuffer);
   HEAPF32 = new Float32Array(newBuffer);
   HEAPF64 = new Float64Array(newBuffer);
   buffer = newBuffer;
   bufferView = HEAPU8;
  }
  return oldPages;
 }
 
 return {
  "begin": $12, 
  "reserve": $6, 
  "pen": $8, 
  "points": $7, 
  "bins": $11, 
  "finish": $9, 
  "memory": Object.create(Object.prototype, {
   "grow": {
    "value": __wasm_memory_grow
   }, 
   "buffer": {
    "get": function () {
     return buffer;
    }
    
   }
  })
 };
}

var retasmFunc = asmFunc({
});
export var begin = retasmFunc.begin;
export var reserve = retasmFunc.reserve;
export var pen = retasmFunc.pen;
export var points = retasmFunc.points;
export var bins = retasmFunc.bins;
export var finish = retasmFunc.finish;
export var memory = retasmFunc.memory;
